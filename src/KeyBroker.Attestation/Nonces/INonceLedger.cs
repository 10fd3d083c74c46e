namespace KeyBroker.Attestation.Nonces;

/// <summary>Remembers spent nonces, shared by all replicas, at least until they expire.</summary>
public interface INonceLedger
{
    /// <summary>One atomic insert: true for exactly one caller per id.</summary>
    Task<bool> TrySpendAsync(byte[] nonceId, DateTimeOffset expiresAt, CancellationToken cancellationToken);
}
