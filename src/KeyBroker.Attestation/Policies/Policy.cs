using System.Collections.Immutable;
using KeyBroker.Attestation.Policies.Events;
using KeyBroker.Attestation.Policies.Results;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies;

/// <summary>One policy file: which machines, in which state, may do what.</summary>
public sealed class Policy
{
    internal Policy(string name, string digest) => (Name, Digest) = (name, digest);

    public string Name { get; }

    /// <summary>Lower-case hex SHA-256 over the canonical content.</summary>
    public string Digest { get; }

    public string? Description { get; internal init; }

    public string? Owner { get; internal init; }

    public string File { get; internal init; } = "";

    public PolicyMode Mode { get; internal init; } = PolicyMode.Enforce;

    public required MachineSelector Machines { get; init; }

    public TimeSpan? TokenLifetime { get; internal init; }

    public TpmAlgorithm Bank { get; internal init; } = TpmAlgorithm.Sha256;

    public ImmutableArray<PcrRequirement> Pcrs { get; internal init; } = [];

    /// <summary>At least one baseline that one of these names must match as a whole; empty: none is asked for.</summary>
    public ImmutableArray<NamePattern> BaselinePatterns { get; internal init; } = [];

    /// <summary>The bank whose replay the assertions on events are about.</summary>
    public TpmAlgorithm EventBank { get; internal init; } = TpmAlgorithm.Sha256;

    public ImmutableArray<EventRequirement> Events { get; internal init; } = [];

    /// <summary>What remote verifiers must have said; null where nothing.</summary>
    public ResultsRequirement? Results { get; internal init; }

    public required ImmutableArray<Grant> Grants { get; init; }

    /// <summary>True when a baseline of this name can be the one that must match.</summary>
    public bool Names(string baseline) => BaselinePatterns.Any(pattern => pattern.Matches(baseline));

    /// <summary>Baselines to compare with where none matches, for the reasons of a denial only.</summary>
    internal ImmutableArray<Baseline> Candidates { get; set; } = [];
}
