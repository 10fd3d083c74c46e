using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies;

/// <summary>Finds the policies that can select a machine by the rarest label each of them asks for, or without labels by its make.</summary>
internal sealed class MachineIndex
{
    private readonly ImmutableArray<Policy> _anywhere;
    private readonly ILookup<(string Name, string Value), Policy> _byLabel;
    private readonly ILookup<(string Name, string Value), Policy> _byMake;

    public MachineIndex(ImmutableArray<Policy> policies)
    {
        var labelled = policies.Where(policy => !policy.Machines.Labels.IsEmpty).ToList();
        var uses = labelled.SelectMany(policy => policy.Machines.Labels).CountBy(Key).ToDictionary();
        _byLabel = labelled.ToLookup(policy => policy.Machines.Labels.Select(Key).MinBy(label => uses[label]));

        var others = policies.Where(policy => policy.Machines.Labels.IsEmpty).ToLookup(policy => Exact(policy.Machines.Make).Any());
        _anywhere = [.. others[false]];
        var makes = others[true]
            .SelectMany(policy => Exact(policy.Machines.Make).SelectMany(member => member))
            .CountBy(value => value)
            .ToDictionary();
        _byMake = others[true]
            .SelectMany(policy => Exact(policy.Machines.Make)
                .MinBy(member => member.Sum(value => makes[value]))!
                .Select(value => (value, policy)))
            .ToLookup(entry => entry.value, entry => entry.policy);
    }

    public IEnumerable<Policy> Selecting(MachineFacts machine) => machine.Labels
        .SelectMany(label => _byLabel[Key(label)])
        .Concat(MakeOf(machine).SelectMany(value => _byMake[value]))
        .Concat(_anywhere)
        .Where(policy => policy.Machines.Selects(machine));

    // A pair of the dictionary's own type hashes by its first half only.
    private static (string Name, string Value) Key(KeyValuePair<string, string> label) => (label.Key, label.Value);

    private static IEnumerable<(string Name, string Value)> MakeOf(MachineFacts machine) => machine.Tpm is { } tpm
        ? [Make("model", tpm.Model), Make("manufacturer", tpm.Manufacturer), Make("firmware", tpm.Firmware)]
        : [];

    /// <summary>The members of a selector that name whole values only, each with its values.</summary>
    private static IEnumerable<List<(string Name, string Value)>> Exact(MakeSelector make) =>
        new[] { ("model", make.Model), ("manufacturer", make.Manufacturer), ("firmware", make.Firmware) }
            .Where(member => !member.Item2.IsEmpty && !member.Item2.Any(value => value.EndsWith('*')))
            .Select(member => member.Item2.Select(value => Make(member.Item1, value)).Distinct().ToList());

    private static (string Name, string Value) Make(string member, string value) => (member, value.ToUpperInvariant());
}
