using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Attestation.EventLogs.Facts;
using KeyBroker.Attestation.Results;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation;

/// <summary>
/// The register values that a verified quote covers: all that policies ever see of a machine's state.
/// </summary>
public sealed class MeasuredState
{
    private const string EventLogMember = "eventLog";

    private MeasuredState(IReadOnlyDictionary<(TpmAlgorithm Bank, int Pcr), byte[]> pcrs) =>
        Pcrs = pcrs
            .Where(register => register.Key.Bank != TpmAlgorithm.Sha1) // SHA-1 may be quoted; no policy sees it.
            .ToDictionary(register => register.Key, register => register.Value);

    public IReadOnlyDictionary<(TpmAlgorithm Bank, int Pcr), byte[]> Pcrs { get; }

    private ImmutableDictionary<TpmAlgorithm, BootFacts> Facts { get; init; } = ImmutableDictionary<TpmAlgorithm, BootFacts>.Empty;

    /// <summary>A state of which nothing is measured here: all that there is to know of it, remote verifiers say.</summary>
    public static MeasuredState None { get; } = new(new Dictionary<(TpmAlgorithm Bank, int Pcr), byte[]>());

    /// <summary>What remote verifiers said, one result each.</summary>
    public ImmutableArray<AttestationResult> Results { get; private init; } = [];

    /// <summary>What a verifier said, or null where it said nothing, or nothing that counts still.</summary>
    public AttestationResult? ResultOf(string verifier, DateTimeOffset now) =>
        Results.FirstOrDefault(result => result.Verifier == verifier && result.CountsAt(now));

    /// <summary>What a replayed log proves of the boot, or null where there is none for this bank.</summary>
    public BootFacts? FactsIn(TpmAlgorithm bank) => Facts.GetValueOrDefault(bank);

    /// <summary>The same registers, and what a log proves that was held against them.</summary>
    /// <exception cref="DeniedException">attestation-denied, event-log: it is malformed, or tells of no honest boot.</exception>
    public MeasuredState With(ReadOnlyMemory<byte> eventLog) =>
        new(Pcrs) { Facts = ReplayedLog.Check(eventLog, this).Facts, Results = Results };

    /// <summary>The same state, and what remote verifiers said of it.</summary>
    /// <exception cref="ArgumentException">A verifier said two things: which of them would count?</exception>
    public MeasuredState With(IEnumerable<AttestationResult> results)
    {
        ImmutableArray<AttestationResult> all = [.. Results, .. results];
        return all.DistinctBy(result => result.Verifier).Count() == all.Length
            ? new MeasuredState(Pcrs) { Facts = Facts, Results = all }
            : throw new ArgumentException("two results of one verifier", nameof(results));
    }

    /// <summary>The same state, as if its results had been given just now: for what-if, never for access.</summary>
    public MeasuredState DangerousRenewed() => Results.IsEmpty ? this : new MeasuredState(Pcrs)
    {
        Facts = Facts,
        Results = [.. Results.Select(result => result with { ValidUntil = DateTimeOffset.MaxValue })],
    };

    public byte[]? Find(TpmAlgorithm bank, int pcr) => Pcrs.GetValueOrDefault((bank, pcr));

    /// <summary>
    /// The values of the <c>pcrs</c> member of evidence: banks by name, registers by number, lower-case hex; and the
    /// facts of the log under <c>eventLog</c>.
    /// </summary>
    public string ToJson()
    {
        var document = Registers();
        if (!Facts.IsEmpty)
        {
            document[EventLogMember] = FactsDocument();
        }

        return document.ToJsonString();
    }

    /// <summary>The registers alone, as in <see cref="ToJson"/>.</summary>
    public string RegistersToJson() => Registers().ToJsonString();

    /// <summary>The facts alone, by bank, or null where there are none: boots that are alike have them alike.</summary>
    public string? FactsToJson() => Facts.IsEmpty ? null : FactsDocument().ToJsonString();

    /// <summary>The results alone, or null where there are none.</summary>
    public string? ResultsToJson() => StoredResults.Write(Results);

    /// <summary>The same for results that say the same; null where there are none.</summary>
    public string? LastingResultsToJson() => StoredResults.WriteLasting(Results);

    /// <summary>Reads what <see cref="ToJson"/> wrote; the caller vouches that the store was not altered.</summary>
    /// <param name="json">All of it, or the registers.</param>
    /// <param name="facts">The facts, where they were kept apart.</param>
    /// <param name="results">The results, which always are.</param>
    public static MeasuredState DangerousFromStored(string json, string? facts = null, string? results = null)
    {
        var pcrs = new Dictionary<(TpmAlgorithm, int), byte[]>();
        using var document = JsonDocument.Parse(json);
        foreach (var bank in document.RootElement.EnumerateObject().Where(member => member.Name != EventLogMember))
        {
            var algorithm = PcrBanks.TryParse(bank.Name, out var known) ? known : throw new FormatException(bank.Name);
            foreach (var register in bank.Value.EnumerateObject())
            {
                var pcr = int.Parse(register.Name, NumberStyles.None, CultureInfo.InvariantCulture);
                pcrs.Add((algorithm, pcr), Convert.FromHexString(register.Value.GetString()!));
            }
        }

        if (facts is not null)
        {
            using var apart = JsonDocument.Parse(facts);
            return new MeasuredState(pcrs) { Facts = ReadFacts(apart.RootElement), Results = StoredResults.DangerousRead(results) };
        }

        return new MeasuredState(pcrs)
        {
            Results = StoredResults.DangerousRead(results),
            Facts = document.RootElement.TryGetProperty(EventLogMember, out var banks)
                ? ReadFacts(banks)
                : ImmutableDictionary<TpmAlgorithm, BootFacts>.Empty,
        };
    }

    /// <summary>Values that no quote vouched for: what-if evaluation and tests.</summary>
    public static MeasuredState DangerousFromValues(IReadOnlyDictionary<(TpmAlgorithm Bank, int Pcr), byte[]> pcrs) =>
        new(pcrs);

    internal static MeasuredState FromVerified(IReadOnlyDictionary<(TpmAlgorithm Bank, int Pcr), byte[]> pcrs) => new(pcrs);

    private JsonObject Registers()
    {
        var banks = new JsonObject();
        foreach (var bank in Pcrs.GroupBy(register => register.Key.Bank).OrderBy(bank => bank.Key))
        {
            var registers = bank.OrderBy(register => register.Key.Pcr).Select(Register);
            banks[PcrBanks.NameOf(bank.Key)] = new JsonObject(registers);
        }

        return banks;
    }

    private JsonObject FactsDocument() => new(Facts.Values.OrderBy(facts => facts.Bank).Select(facts =>
        new KeyValuePair<string, JsonNode?>(PcrBanks.NameOf(facts.Bank), JsonSerializer.SerializeToNode(facts))));

    private static ImmutableDictionary<TpmAlgorithm, BootFacts> ReadFacts(JsonElement banks) =>
        banks.EnumerateObject().Select(bank => bank.Value.Deserialize<BootFacts>() ?? throw new FormatException(bank.Name)).ToImmutableDictionary(facts => facts.Bank);

    private static KeyValuePair<string, JsonNode?> Register(KeyValuePair<(TpmAlgorithm Bank, int Pcr), byte[]> register) =>
        new(register.Key.Pcr.ToString(CultureInfo.InvariantCulture), Convert.ToHexStringLower(register.Value));
}
