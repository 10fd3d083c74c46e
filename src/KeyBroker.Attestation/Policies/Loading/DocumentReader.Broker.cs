using System.Collections.Immutable;
using System.Text.RegularExpressions;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    [GeneratedRegex(@"^(000b[0-9a-f]{64}|000c[0-9a-f]{96}|000d[0-9a-f]{128})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ObjectName { get; }

    /// <summary>A file of kind Broker, which has the requirements of a policy and says whom they are about; null where something is wrong.</summary>
    public BrokerRequirement? ReadBroker(YamlNode root)
    {
        if (Map(root) is not { } members)
        {
            return null;
        }

        Choice(members.Required("apiVersion"), "keybroker/v1");
        Choice(members.Required("kind"), "Broker");
        var metadata = ReadMetadata(members.Required("metadata"));
        var spec = members.Required("spec");
        members.RefuseUnknown();
        return Map(spec) is { } broker ? ReadBroker(broker, metadata, CanonicalJson.DigestOf(root)) : null;
    }

    private BrokerRequirement? ReadBroker(Members spec, Metadata metadata, string digest)
    {
        var issuer = Text(spec.Optional("issuer"));
        var keys = ReadAll(List(spec.Optional("attestationKeys")), node => Matching(node, ObjectName, "the name of a key: 000b and 64 digits"));
        var (endorsementKeys, roots) = ReadEndorsement(spec.Optional("endorsement"));
        var events = ReadEvents(spec);
        var pcrs = ReadPcrs(spec, (events.IsPresent, "'pcrs' or 'eventLog' is missing: something is required of the broker's state"));
        spec.RefuseUnknown();
        RefuseIf(
            keys.IsEmpty && endorsementKeys.IsEmpty && roots is null,
            spec.Node,
            "'attestationKeys' or 'endorsement' is missing: anybody's TPM can be in this state");
        RefuseIf(!pcrs.Baselines.IsEmpty, spec.Node, "'baselines' are not for a file that stands alone: list the values under 'require'");
        return metadata.Name is null ? null : new BrokerRequirement(StateOf(metadata, digest, pcrs, events))
        {
            Issuer = issuer,
            AttestationKeys = keys,
            EndorsementKeys = endorsementKeys,
            Roots = roots,
        };
    }

    private (ImmutableArray<string> Keys, string? Roots) ReadEndorsement(YamlNode? node)
    {
        if (Map(node) is not { } members)
        {
            return ([], null);
        }

        var keys = ReadAll(List(members.Optional("keys")), item => Matching(item, MachineId, "sha256- and 64 digits"));
        var roots = Text(members.Optional("roots"));
        members.RefuseUnknown();
        RefuseIf(keys.IsEmpty && roots is null, node!, "'endorsement' requires nothing: give 'keys' or 'roots'");
        return (keys, roots);
    }

    private string? Matching(YamlNode node, Regex expected, string what) =>
        Text(node) is not { } text ? null
        : expected.IsMatch(text) ? text
        : Refuse<string>(node, $"'{text}' is not {what}, in lower-case hex");

    private Policy StateOf(Metadata metadata, string digest, PcrSection pcrs, EventSection events) => new(metadata.Name!, digest)
    {
        Description = metadata.Description,
        Owner = metadata.Owner,
        File = problems.File,
        Machines = new MachineSelector(ImmutableSortedDictionary<string, string>.Empty, [TrustLevel.Approved], false),
        Bank = pcrs.Bank,
        Pcrs = pcrs.Require,
        EventBank = events.Bank,
        Events = events.Require,
        Grants = [],
    };
}
