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
        var results = ReadResults(spec.Optional("results"));
        var pcrs = ReadPcrs(spec, (spec.Has("results") || events.IsPresent, "'pcrs', 'eventLog' or 'results' is missing: a policy requires something of the machine's state"));
        RefuseMeasurements(spec, machines);
        var grants = ReadGrants(List(spec.Required("grants"), mayBeEmpty: true));
        RefuseTpmOfNobody(spec, machines, grants);
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
            Results = results,
            Grants = grants,
        };
        return new Document(policy, null, metadata.NameNode!, pcrs.BaselineNames);
    }

    private PcrSection ReadPcrs(Members spec, (bool IsThere, string Missing) otherwise)
    {
        var node = spec.Optional("pcrs");
        if (node is null)
        {
            RefuseIf(!otherwise.IsThere, spec.Node, otherwise.Missing);
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

    // VER-30. Whom remote verifiers vouch for has no registers here: such a policy would never hold.
    private void RefuseMeasurements(Members spec, MachineSelector? machines)
    {
        if (machines is { Verifiers.IsEmpty: false })
        {
            RefuseIf(spec.Has("pcrs") || spec.Has("eventLog"), spec.Node, "'machines.verifiers' goes with 'results', and neither with 'pcrs' nor with 'eventLog'");
            RefuseIf(!spec.Has("results"), spec.Node, "'results' is missing: 'machines.verifiers' alone says nothing of a state");
        }
    }

    // POL-66. They have no TPM that we know of: what demands one would look like a grant, and be none.
    private void RefuseTpmOfNobody(Members spec, MachineSelector? machines, ImmutableArray<Grant> grants) => RefuseIf(
        machines is { Verifiers.IsEmpty: false } && grants.Any(grant => grant.Terms.ProofKeyInTpm), spec.Node,
        "'proofKey: tpm' does not go with 'machines.verifiers': no TPM of such a caller certifies a key, so it would grant nothing");

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
