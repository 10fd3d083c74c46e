using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies;

/// <summary>What a grant demands beside the name and the verb; all that is given must hold, else it grants nothing.</summary>
public sealed record GrantTerms
{
    /// <summary>Stands for the machine that asks, where makers are named.</summary>
    public const string Self = "self";

    /// <summary>A grant without constraints.</summary>
    public static GrantTerms None { get; } = new();

    /// <summary>The aad that must come with the call, byte by byte; null: any, or none.</summary>
    public ImmutableArray<byte>? Aad { get; init; }

    /// <summary>The JOSE algorithms that may be asked for; empty: any.</summary>
    public ImmutableArray<string> Algorithms { get; init; } = [];

    /// <summary>How often a machine may do each of the verbs to each name; null: without end.</summary>
    public int? MaxUses { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The token must be younger; null: as old as tokens may be.</summary>
    public TimeSpan? TokenAge { get; init; }

    /// <summary>True when the quote must have been made for the body of this very request.</summary>
    public bool ForThisRequest { get; init; }

    /// <summary>True when the token must be bound to a key that the machine's own TPM holds.</summary>
    public bool ProofKeyInTpm { get; init; }

    /// <summary>Who may have made what it is about: ids of machines, and <see cref="Self"/>; empty: anybody.</summary>
    public ImmutableArray<string> Makers { get; init; } = [];

    /// <summary>True from <see cref="NotBefore"/> on, and until right before <see cref="NotAfter"/>.</summary>
    public bool IsInForceAt(DateTimeOffset now) => now >= (NotBefore ?? now) && now < (NotAfter ?? DateTimeOffset.MaxValue);

    /// <summary>POL-57. True when the grant is about what this one made.</summary>
    /// <param name="maker">Who made it; null for nobody.</param>
    /// <param name="caller">The machine that asks.</param>
    public bool IsAboutWhatWasMadeBy(string? maker, string caller) =>
        Makers.IsEmpty || Makers.Any(named => (named == Self ? caller : named) == maker);

    /// <summary>True when a use with this aad and algorithm is what the grant is about.</summary>
    public bool Admits(ReadOnlySpan<byte> aad, string? algorithm) =>
        (Aad is not { } only || aad.SequenceEqual(only.AsSpan()))
        && (Algorithms.IsEmpty || Algorithms.Contains(algorithm ?? "", StringComparer.Ordinal));
}
