using System.Collections.Immutable;
using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    private MachineSelector? ReadMachines(YamlNode? node)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var labels = ReadLabels(members.Optional("labels"));
        var trustNode = members.Optional("trust");
        var trust = ReadAll(List(trustNode), item => Choice(item, TrustLevel.All));
        var anyNode = members.Optional("anyGenuineTpm");
        var any = Boolean(anyNode) ?? false;
        var make = ReadMake(members);
        var vouching = members.Optional("verifiers");
        members.RefuseUnknown();
        if (vouching is not null)
        {
            return ReadVouched(members, vouching, labels);
        }

        if (!any)
        {
            return new MachineSelector(labels, trustNode is null ? TrustLevel.Default : trust, false) { Make = make };
        }

        RefuseIf(members.Has("labels"), anyNode!, "'anyGenuineTpm' stands instead of 'labels', not beside it");
        RefuseIf(
            trustNode is not null && trust is not [TrustLevel.EkCertificate],
            anyNode!,
            $"'anyGenuineTpm' goes with no trust but {TrustLevel.EkCertificate}");
        problems.Warn(anyNode!, "anyGenuineTpm: the make of a chip says nothing about who owns the machine");
        return new MachineSelector(labels, [TrustLevel.EkCertificate], true) { Make = make };
    }

    // VER-30. What is about machines with a TPM is not about callers without one, and the other way round.
    private MachineSelector ReadVouched(Members members, YamlNode node, ImmutableSortedDictionary<string, string> labels)
    {
        string[] others = ["trust", "anyGenuineTpm", "manufacturer", "model", "firmware"];
        RefuseIf(
            others.Any(members.Has), node, $"'verifiers' goes with 'labels' alone: {string.Join(", ", others)} are about machines with a TPM");
        return new MachineSelector(labels, [TrustLevel.Verifier], false) { Verifiers = ReadAll(List(node), Verifier) };
    }

    private MakeSelector ReadMake(Members members) =>
        new(ReadMakes(members, "manufacturer"), ReadMakes(members, "model"), ReadMakes(members, "firmware"));

    private ImmutableArray<string> ReadMakes(Members members, string name) =>
        members.Optional(name) is { } node ? ReadAll(List(node), MakePattern) : [];

    private string? MakePattern(YamlNode node) =>
        Text(node) is not { } text ? null
        : text.IndexOf('*', StringComparison.Ordinal) is var star && (star < 0 || star == text.Length - 1) ? text
        : Refuse<string>(node, $"'{text}' has a * that is not at its end");

    private ImmutableSortedDictionary<string, string> ReadLabels(YamlNode? node)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var member in Map(node)?.Node.Members ?? [])
        {
            var (name, value) = (Text(member.Name), Text(member.Value));
            if (name is not null && value is not null)
            {
                labels.Add(name, value);
            }
        }

        return labels.ToImmutable();
    }
}
