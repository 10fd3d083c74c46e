using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Testing;

/// <summary>What a case expects; what it does not mention is not looked at.</summary>
public sealed record ExpectedDecision(bool IsAllowed)
{
    /// <summary>Exactly these enforced policies hold.</summary>
    public ImmutableArray<string>? Policies { get; init; }

    /// <summary>Exactly these observed policies hold.</summary>
    public ImmutableArray<string>? Observed { get; init; }

    /// <summary>Each of these is among the reasons.</summary>
    public ImmutableArray<ExpectedReason> Reasons { get; init; } = [];

    /// <summary>Every one of these is granted.</summary>
    public ImmutableArray<ExpectedUse> May { get; init; } = [];

    /// <summary>None of these is granted.</summary>
    public ImmutableArray<ExpectedUse> MayNot { get; init; } = [];
}
