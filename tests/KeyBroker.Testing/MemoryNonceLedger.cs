using System.Collections.Concurrent;
using KeyBroker.Attestation.Nonces;

namespace KeyBroker.Testing;

/// <summary>A nonce ledger that forgets everything with the process.</summary>
public sealed class MemoryNonceLedger : INonceLedger
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _spent = new(StringComparer.Ordinal);

    public int Count => _spent.Count;

    public Task<bool> TrySpendAsync(byte[] nonceId, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        Task.FromResult(_spent.TryAdd(Convert.ToHexString(nonceId), expiresAt));
}
