using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies;

/// <summary>Which machines a policy is about, and what their trust must rest on.</summary>
public sealed record MachineSelector(
    ImmutableSortedDictionary<string, string> Labels, ImmutableArray<string> Trust, bool AnyGenuineTpm)
{
    /// <summary>Makes of TPM, beside labels or anyGenuineTpm.</summary>
    public MakeSelector Make { get; init; } = MakeSelector.Any;

    /// <summary>True when the policy is about this machine; whether its trust suffices is then a requirement.</summary>
    public bool Selects(MachineFacts machine) =>
        (AnyGenuineTpm || (machine.IsOurs && Labels.All(label => HasLabel(machine, label)))) && Make.Selects(machine.Tpm);

    // An absent label matches nothing.
    private static bool HasLabel(MachineFacts machine, KeyValuePair<string, string> label) =>
        machine.Labels.TryGetValue(label.Key, out var value) && string.Equals(value, label.Value, StringComparison.Ordinal);
}
