using System.Collections.Immutable;
using KeyBroker.Attestation.Policies.Yaml;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    private Document? ReadPolicy(Members spec, Metadata metadata, string digest)
    {
        var mode = Choice(spec.Optional("mode"), "enforce", "observe");
        var machines = ReadMachines(spec.Required("machines"));
        var lifetime = Duration(spec.Optional("tokenLifetime"));
        var events = ReadEvents(spec);
        var pcrs = ReadPcrs(spec, spec.RefuseUnsupported("results") || events.IsPresent);
        var grants = ReadGrants(List(spec.Required("grants"), mayBeEmpty: true));
        spec.RefuseUnknown();
        if (metadata.Name is null || machines is null)
        {
            return null;
        }

        var policy = new Policy(metadata.Name, digest)
        {
            Description = metadata.Description,
            Owner = metadata.Owner,
            File = problems.File,
            Mode = mode == "observe" ? PolicyMode.Observe : PolicyMode.Enforce,
            Machines = machines,
            TokenLifetime = lifetime,
            Bank = pcrs.Bank,
            Pcrs = pcrs.Require,
            BaselinePatterns = pcrs.Baselines,
            EventBank = events.Bank,
            Events = events.Require,
            Grants = grants,
        };
        return new Document(policy, null, metadata.NameNode!, pcrs.BaselineNames);
    }

    private PcrSection ReadPcrs(Members spec, bool requiresOtherwise)
    {
        var node = spec.Optional("pcrs");
        if (node is null)
        {
            RefuseIf(!requiresOtherwise, spec.Node, "'pcrs' or 'eventLog' is missing: a policy requires something of the machine's state");
            return PcrSection.None;
        }

        if (Map(node) is not { } members)
        {
            return PcrSection.None;
        }

        var bank = Bank(members.Optional("bank"));
        var require = List(members.Optional("require"), mayBeEmpty: true);
        var baselines = List(members.Optional("baselines"), mayBeEmpty: true);
        members.RefuseUnknown();

        // Nothing required would be everything accepted.
        RefuseIf(
            (require?.Items ?? []).Length + (baselines?.Items ?? []).Length == 0,
            node,
            "'pcrs' requires nothing: give 'require' or 'baselines' an entry");
        return new PcrSection(
            bank, ReadAll(require, item => Requirement(item, bank)), ReadAll(baselines, Pattern), baselines);
    }

    private void RefuseIf(bool condition, YamlNode node, string message)
    {
        if (condition)
        {
            problems.Refuse(node, message);
        }
    }

    private sealed record PcrSection(
        TpmAlgorithm Bank, ImmutableArray<PcrRequirement> Require, ImmutableArray<NamePattern> Baselines, YamlSequence? BaselineNames)
    {
        public static PcrSection None { get; } = new(TpmAlgorithm.Sha256, [], [], null);
    }
}
