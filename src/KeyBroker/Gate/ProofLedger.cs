using KeyBroker.Attestation;
using KeyBroker.Attestation.Nonces;
using KeyBroker.Storage;

namespace KeyBroker.Gate;

/// <summary>Remembers spent proofs and nonces until they could not be used anyway; each is one atomic insert.</summary>
internal sealed class ProofLedger : INonceLedger
{
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(5);

    private readonly Database _database;
    private readonly RecentProofs _recent;

    /// <summary>Knows what the broker before this one was shown.</summary>
    public ProofLedger(Database database, TimeProvider time)
    {
        (_database, _recent) = (database, new RecentProofs(time));
        foreach (var id in database.Read(connection => Dapper.SqlMapper.Query<byte[]>(connection, "SELECT id FROM proofs")))
        {
            _recent.TryAdd(id);
        }
    }

    /// <summary>Takes the proof, which is spent durably by the record of what it was shown for.</summary>
    /// <exception cref="DeniedException">proof-invalid: used before.</exception>
    public SpentProof Spend(DpopProof proof)
    {
        var id = proof.Id;
        return _recent.TryAdd(id) ? new SpentProof(id, proof.UsableUntil) : throw DpopProof.Reused();
    }

    public Task<bool> TrySpendAsync(byte[] nonceId, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        _database.WriteAsync(transaction => Insert(transaction, "nonces", nonceId, expiresAt), cancellationToken);

    /// <summary>False where it is there already.</summary>
    public static bool Insert(WriteTransaction transaction, string table, byte[] id, DateTimeOffset until) =>
        transaction.Execute(
            $"INSERT INTO {table} (id, expires_at) VALUES (@Id, @ExpiresAt) ON CONFLICT DO NOTHING",
            new { Id = id, ExpiresAt = (until + s_margin).ToUnixTimeMilliseconds() }) == 1;
}
