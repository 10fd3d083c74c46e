using Microsoft.Extensions.Caching.Memory;

namespace KeyBroker.Gate;

/// <summary>
/// The keys of callers that hold tokens of theirs, ready by the header of their proofs, which is the same in each: parsing
/// and importing one costs more than verifying with it.
/// </summary>
internal sealed class ProofKeys : IDisposable
{
    private const int Capacity = 10_000;
    private const int LongestHeader = 512; // Twice an ordinary one; with the capacity it bounds the memory.

    private readonly MemoryCache _ready = new(new MemoryCacheOptions { SizeLimit = Capacity });

    /// <summary>The key of a header; only a header that was kept is not parsed again.</summary>
    /// <exception cref="KeyBroker.Attestation.DeniedException">request-malformed or proof-invalid.</exception>
    public ProofKey Of(string header) => _ready.Get<ProofKey>(header) ?? ProofKey.OfHeader(header);

    /// <summary>For callers whose token names the key: a stranger's would push out others'.</summary>
    public void Keep(string header, ProofKey key)
    {
        if (header.Length <= LongestHeader && _ready.Get(header) is null)
        {
            _ready.Set(header, key, new MemoryCacheEntryOptions { Size = 1 });
        }
    }

    public void Dispose() => _ready.Dispose();
}
