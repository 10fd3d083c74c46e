using System.Collections.Immutable;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Attestation.Policies.Yaml;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    private ImmutableSortedDictionary<int, ImmutableArray<ReadOnlyMemory<byte>>> ReadBaselineEvents(
        Members spec, TpmAlgorithm bank, ImmutableSortedDictionary<int, ReadOnlyMemory<byte>> values)
    {
        var locality = Locality(spec.Optional("startupLocality"));
        var events = ImmutableSortedDictionary.CreateBuilder<int, ImmutableArray<ReadOnlyMemory<byte>>>();
        foreach (var member in Map(spec.Optional("events"))?.Node.Members ?? [])
        {
            var pcr = YamlScalar.IsDecimal(member.Name.Text) ? Integer(member.Name with { IsPlain = true }) : null;
            if (pcr is not { } known || !values.TryGetValue(known, out var value))
            {
                problems.Refuse(member.Name, $"'{member.Name.Text}' is none of the registers that 'pcrs' has a value of");
                continue;
            }

            var digests = BaselineDigests(member.Value, bank);

            // A list that does not add up would explain another boot than the one that is accepted.
            var replayed = RegisterReplay.Replay(bank, known == 0 ? locality : (byte)0, digests);
            RefuseIf(!replayed.AsSpan().SequenceEqual(value.Span), member.Name, $"the events of PCR {known} do not add up to its value");
            events.TryAdd(known, digests);
        }

        return events.ToImmutable();
    }

    private ImmutableArray<ReadOnlyMemory<byte>> BaselineDigests(YamlNode node, TpmAlgorithm bank) =>
    [
        .. (List(node)?.Items ?? []).Select(item => BaselineDigest(item, bank)).OfType<byte[]>().Select(digest => (ReadOnlyMemory<byte>)digest),
    ];

    // Unlike a value, a digest of zeros says something: firmware measured an event without data.
    private byte[]? BaselineDigest(YamlNode node, TpmAlgorithm bank) =>
        Text(node) is not { } text ? null
        : Evidence.Hex.TryDecode(text, PcrBanks.SizeOf(bank))
            ?? Refuse<byte[]>(node, $"a {PcrBanks.NameOf(bank)} digest has {PcrBanks.SizeOf(bank) * 2} lower-case hex digits");

    private byte Locality(YamlNode? node) => Integer(node) switch
    {
        null or 0 => 0,
        StartupLocality.ProcessorMeasured => StartupLocality.ProcessorMeasured,
        StartupLocality.HardwareMeasured => StartupLocality.HardwareMeasured,
        _ => RefuseValue<byte>(node, "a TPM is started from locality 0, 3 or 4") ?? 0,
    };
}
