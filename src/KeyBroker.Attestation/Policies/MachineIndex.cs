using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies;

/// <summary>Finds the policies that can select a machine by the rarest label each of them asks for.</summary>
internal sealed class MachineIndex
{
    private readonly ImmutableArray<Policy> _unlabelled;
    private readonly ILookup<KeyValuePair<string, string>, Policy> _byLabel;

    public MachineIndex(ImmutableArray<Policy> policies)
    {
        var uses = policies.SelectMany(policy => policy.Machines.Labels).CountBy(label => label).ToDictionary();
        _unlabelled = [.. policies.Where(policy => policy.Machines.Labels.IsEmpty)];
        _byLabel = policies
            .Where(policy => !policy.Machines.Labels.IsEmpty)
            .ToLookup(policy => policy.Machines.Labels.MinBy(label => uses[label]));
    }

    public IEnumerable<Policy> Selecting(MachineFacts machine) => machine.Labels
        .SelectMany(label => _byLabel[label])
        .Concat(_unlabelled)
        .Where(policy => policy.Machines.Selects(machine));
}
