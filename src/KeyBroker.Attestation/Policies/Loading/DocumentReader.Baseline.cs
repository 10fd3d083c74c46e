using System.Collections.Immutable;
using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    private Document? ReadBaseline(Members spec, Metadata metadata, string digest)
    {
        var (from, until) = (Time(spec.Optional("validFrom")), Time(spec.Optional("validUntil")));
        var bank = Bank(spec.Optional("bank"));
        var pcrs = spec.Required("pcrs");
        var registers = (Map(pcrs)?.Node.Members ?? []).Select(member => BaselineRegister(member, bank)).ToList();
        var values = registers.OfType<KeyValuePair<int, ReadOnlyMemory<byte>>>().ToImmutableSortedDictionary();
        var events = ReadBaselineEvents(spec, bank, values);
        spec.RefuseUnknown();
        RefuseIf(until <= from, spec.Node, "'validUntil' is not after 'validFrom'");
        RefuseIf(pcrs is YamlMapping { Members.IsEmpty: true }, pcrs ?? spec.Node, "a baseline names at least one PCR");
        if (metadata.Name is null)
        {
            return null;
        }

        var baseline = new Baseline(metadata.Name, digest, bank, values)
        {
            Description = metadata.Description,
            File = problems.File,
            ValidFrom = from,
            ValidUntil = until,
            Events = events,
        };
        return new Document(null, baseline, metadata.NameNode!, null);
    }
}
