using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies;

/// <summary>Which machines a policy is about, and what their trust must rest on.</summary>
public sealed record MachineSelector(
    ImmutableSortedDictionary<string, string> Labels, ImmutableArray<string> Trust, bool AnyGenuineTpm)
{
    /// <summary>Makes of TPM, beside labels or anyGenuineTpm.</summary>
    public MakeSelector Make { get; init; } = MakeSelector.Any;

    /// <summary>Where not empty: callers that one of these remote verifiers vouches for, instead of machines.</summary>
    public ImmutableArray<string> Verifiers { get; init; } = [];

    /// <summary>True when the policy is about this machine; whether its trust suffices is then a requirement.</summary>
    public bool Selects(MachineFacts machine) => Verifiers.IsEmpty
        ? machine.Verifier is null && SelectsMachine(machine)
        : machine.Verifier is { } verifier && Verifiers.Contains(verifier, StringComparer.Ordinal) && Labels.All(label => HasLabel(machine, label));

    private bool SelectsMachine(MachineFacts machine) =>
        (AnyGenuineTpm || (machine.IsOurs && Labels.All(label => HasLabel(machine, label)))) && Make.Selects(machine.Tpm);

    // An absent label matches nothing.
    private static bool HasLabel(MachineFacts machine, KeyValuePair<string, string> label) =>
        machine.Labels.TryGetValue(label.Key, out var value) && string.Equals(value, label.Value, StringComparison.Ordinal);
}
