using System.Collections.Immutable;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies;

/// <summary>Reference values of one known-good boot; it matches as a whole or not at all.</summary>
public sealed record Baseline(
    string Name, string Digest, TpmAlgorithm Bank, ImmutableSortedDictionary<int, ReadOnlyMemory<byte>> Pcrs)
{
    public string? Description { get; init; }

    public string File { get; init; } = "";

    public DateTimeOffset? ValidFrom { get; init; }

    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>By register: the digests that were extended to its value, for explanations only; not every register has them.</summary>
    public ImmutableSortedDictionary<int, ImmutableArray<ReadOnlyMemory<byte>>> Events { get; init; } =
        ImmutableSortedDictionary<int, ImmutableArray<ReadOnlyMemory<byte>>>.Empty;

    /// <summary>From the first instant of the window up to, and without, its end.</summary>
    public bool IsValidAt(DateTimeOffset now) => !(now < ValidFrom) && !(now >= ValidUntil);
}
