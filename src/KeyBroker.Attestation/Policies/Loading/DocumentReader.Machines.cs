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
        members.RefuseUnknown();
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
