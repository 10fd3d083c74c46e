using KeyBroker.Attestation;
using KeyBroker.Attestation.Nonces;
using KeyBroker.Storage;

namespace KeyBroker.Gate;

/// <summary>Remembers spent proofs and nonces until they could not be used anyway; each is one atomic insert.</summary>
internal sealed class ProofLedger(Database database) : INonceLedger
{
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(5);

    /// <exception cref="DeniedException">proof-invalid: used before.</exception>
    public async Task SpendAsync(DpopProof proof, CancellationToken cancellationToken)
    {
        if (!await InsertAsync("proofs", proof.Id, proof.UsableUntil, cancellationToken))
        {
            throw DpopProof.Invalid("the proof was used before");
        }
    }

    public Task<bool> TrySpendAsync(byte[] nonceId, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        InsertAsync("nonces", nonceId, expiresAt, cancellationToken);

    private Task<bool> InsertAsync(string table, byte[] id, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.Execute(
                $"INSERT INTO {table} (id, expires_at) VALUES (@Id, @ExpiresAt) ON CONFLICT DO NOTHING",
                new { Id = id, ExpiresAt = (until + s_margin).ToUnixTimeMilliseconds() }) == 1,
            cancellationToken);
}
