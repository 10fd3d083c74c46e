using Dapper;
using KeyBroker.Audit;
using KeyBroker.Storage;

namespace KeyBroker.Receipts;

/// <summary>Signing keys in the database. Rows are never deleted: yesterday's receipt still verifies.</summary>
internal sealed class SigningKeyStore(Database database)
{
    private const string Columns =
        """
        kid AS Kid, use AS "Use", public_jwk AS PublicJwk, sealed_public AS SealedPublic, sealed_private AS SealedPrivate,
        not_before AS NotBefore, not_after AS NotAfter, statement AS Statement, certification AS Certification, state AS State
        """;

    public IReadOnlyList<SigningKeyRow> List() => database.Read(connection =>
        connection.Query<SigningKeyRow>($"SELECT {Columns} FROM signing_keys ORDER BY not_before, kid").ToArray());

    /// <summary>The chains that were installed, by the key's <c>kid</c>.</summary>
    public IReadOnlyList<(string Kid, string Chain)> Certificates() => database.Read(connection =>
        connection.Query<(string Kid, string Chain)>("SELECT kid, chain FROM signing_certificates").ToArray());

    public Task KeepCertificateAsync(string kid, string chain, (AuditEvent Record, TimeProvider Clock) audit, CancellationToken cancellation) =>
        database.WriteAsync(
            transaction =>
            {
                transaction.Execute(
                    """
                    INSERT INTO signing_certificates (kid, chain) VALUES (@kid, @chain)
                    ON CONFLICT (kid) DO UPDATE SET chain = excluded.chain
                    """, new { kid, chain });
                new AuditLog(database, audit.Clock).Append(transaction, audit.Record);
            },
            cancellation);

    public Task InsertAsync(SigningKeyRow row, TimeProvider clock, CancellationToken cancellation) => database.WriteAsync(
        transaction =>
        {
            transaction.Execute(
                """
                INSERT INTO signing_keys (kid, use, public_jwk, sealed_public, sealed_private, not_before, not_after,
                    statement, certification, state)
                VALUES (@Kid, @Use, @PublicJwk, @SealedPublic, @SealedPrivate, @NotBefore, @NotAfter, @Statement,
                    @Certification, @State)
                """, row);
            new AuditLog(database, clock).Append(transaction, new AuditEvent
            {
                Operation = "signing-key-create",
                Outcome = AuditEvent.Done,
                Resource = $"signing-keys/{row.Kid}",
            });
        },
        cancellation);
}
