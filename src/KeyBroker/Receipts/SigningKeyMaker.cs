using System.Security.Cryptography;
using KeyBroker.Audit;
using KeyBroker.Storage;
using KeyBroker.Tpm.Structures;
using KeyBroker.Vault;

namespace KeyBroker.Receipts;

/// <summary>
/// Makes signing keys in software, has the TPM seal and certify them, and opens stored ones. The statement is part of the
/// seal's context: a key does not open under a statement that somebody edited.
/// </summary>
internal sealed class SigningKeyMaker(
    Sealer sealer, BrokerAttestationKey attestationKey, SigningKeyStore store, TimeProvider clock)
{
    private const string Published = "published";
    private static readonly PcrSelection s_hostRegisters =
        PcrSelection.Of(TpmAlgorithm.Sha256, [.. Enumerable.Range(0, 16)]);

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The key is sealed, certified and stored before anything is signed with it.</summary>
    public async Task<SigningKey> MakeAsync(
        string issuer, string use, (DateTimeOffset NotBefore, DateTimeOffset NotAfter) period, CancellationToken cancellation)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jkt = SigningKey.PublicJwkOf(key).Thumbprint;
        var statement = new KeyStatement(issuer, jkt, use, period.NotBefore, period.NotAfter).ToBytes();
        using var secret = SecretBytes.Take(key.ExportParameters(includePrivateParameters: true).D);
        var kept = await sealer.SealAsync(secret, Context(statement), Residence.Local, cancellation);
        var made = SigningKey.Of(key, statement, await CertifyAsync(statement, cancellation));
        await store.InsertAsync(Row(made, kept), clock, cancellation);
        return made;
    }

    /// <exception cref="StoreIntegrityException">The row is not the one that was written.</exception>
    public async Task<SigningKey> OpenAsync(SigningKeyRow row, CancellationToken cancellation)
    {
        var kept = new SealedObject(row.SealedPublic, row.SealedPrivate);
        using var secret = await sealer.UnsealAsync(kept, Context(row.Statement), Residence.Local, cancellation);
        return SigningKey.Of(Import(secret), row.Statement, KeyCertification.Parse(row.Certification));
    }

    public Task KeepAsync(SigningCertificate certificate, string kid, AuditEvent record, CancellationToken cancellation) =>
        store.KeepCertificateAsync(kid, certificate.Pem, (record, clock), cancellation);

    private static SigningKeyRow Row(SigningKey key, SealedObject kept) => new()
    {
        Kid = key.Kid,
        Use = key.Use,
        PublicJwk = key.Jwk.ToJson(),
        SealedPublic = kept.Public,
        SealedPrivate = kept.Private,
        NotBefore = key.Statement.NotBefore.ToUnixTimeMilliseconds(),
        NotAfter = key.Statement.NotAfter.ToUnixTimeMilliseconds(),
        Statement = key.StatementBytes,
        Certification = key.Certification.ToBytes(),
        State = Published,
    };

    private static string Context(byte[] statement) =>
        $"signing-key:{Convert.ToHexStringLower(SHA256.HashData(statement))}";

    private static ECDsa Import(SecretBytes secret)
    {
        var scalar = GC.AllocateArray<byte>(secret.Length, pinned: true);
        try
        {
            secret.Span.CopyTo(scalar);
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
        }
    }

    private async Task<KeyCertification> CertifyAsync(byte[] statement, CancellationToken cancellation) =>
        KeyCertification.Of(
            await attestationKey.QuoteAsync(KeyStatement.ExtraData(statement), [s_hostRegisters], cancellation));
}
