using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies;

/// <summary>Finds the policies that can select a machine by the rarest label each of them asks for.</summary>
internal sealed class MachineIndex
{
    private readonly ImmutableArray<Policy> _unlabelled;
    private readonly ILookup<(string Name, string Value), Policy> _byLabel;

    public MachineIndex(ImmutableArray<Policy> policies)
    {
        var uses = policies.SelectMany(policy => policy.Machines.Labels).CountBy(Key).ToDictionary();
        _unlabelled = [.. policies.Where(policy => policy.Machines.Labels.IsEmpty)];
        _byLabel = policies
            .Where(policy => !policy.Machines.Labels.IsEmpty)
            .ToLookup(policy => policy.Machines.Labels.Select(Key).MinBy(label => uses[label]));
    }

    public IEnumerable<Policy> Selecting(MachineFacts machine) => machine.Labels
        .SelectMany(label => _byLabel[Key(label)])
        .Concat(_unlabelled)
        .Where(policy => policy.Machines.Selects(machine));

    // A pair of the dictionary's own type hashes by its first half only.
    private static (string Name, string Value) Key(KeyValuePair<string, string> label) => (label.Key, label.Value);
}
