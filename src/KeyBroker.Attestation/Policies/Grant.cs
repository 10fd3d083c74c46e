using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies;

/// <summary>Verbs on the resources whose names match.</summary>
public sealed record Grant(ResourceKind Kind, ImmutableArray<NamePattern> Patterns, ImmutableArray<string> Verbs)
{
    /// <summary>True when decrypted or released bytes may leave only to the attested encryption key.</summary>
    public bool OnlyToEnc { get; init; }

    /// <summary>True when they may leave only to what the machine's own TPM holds; then <see cref="OnlyToEnc"/> is true too.</summary>
    public bool OnlyToTpm { get; init; }

    /// <summary>What it demands beside.</summary>
    public GrantTerms Terms { get; init; } = GrantTerms.None;

    public bool Covers(ResourceKind kind, string name) =>
        kind == Kind && Patterns.Any(pattern => pattern.Matches(name));

    public bool Allows(ResourceKind kind, string name, string verb) =>
        Verbs.Contains(verb, StringComparer.Ordinal) && Covers(kind, name);
}
