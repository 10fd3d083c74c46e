using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KeyBroker.Attestation;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Explaining;
using KeyBroker.Attestation.Policies.Recording;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Benchmarks;

/// <summary>
/// Decisions a second under a set of policies and as many baselines; the machine is one policy's. With events the policies
/// assert facts of a log, and every baseline keeps the events behind its values.
/// </summary>
internal static class DecisionRates
{
    private const int Few = 10;
    private const int Many = 10_000;
    private const int EventsPerBaseline = 30;

    public static void Print()
    {
        Print("", Decide(Few, withEvents: false), Decide(Many, withEvents: false));
        Print(", with events", Decide(Few, withEvents: true), Decide(Many, withEvents: true));
    }

    private static void Print(string how, double few, double many)
    {
        Print($"decisions under 10 policies and 10 baselines{how}", few, "N0");
        Print($"decisions under 10,000 policies and 10,000 baselines{how}", many, "N0");
        Print($"cost of a decision, 10,000 / 10{how}", few / many, "F2");
    }

    private static void Print(string what, double value, string format) =>
        Console.WriteLine($"{what,-70} {value.ToString(format, CultureInfo.InvariantCulture),12}");

    private static double Decide(int count, bool withEvents)
    {
        var (middle, boot) = (count / 2, BootLog.Honest());
        var plain = MeasuredState.DangerousFromValues(
            boot.Registers().ToDictionary(register => (TpmAlgorithm.Sha256, register.Key), register => register.Value));
        var state = withEvents ? plain.With(boot.ToBytes()) : plain;
        var set = PolicySet.Of(Enumerable.Range(0, count).SelectMany(at => new[]
        {
            PolicyOf(at, withEvents),
            File($"b{at}.yaml", at == middle ? BaselineOf(plain, boot, withEvents) : OtherBaseline(at, withEvents)),
        }));
        var machine = new MachineFacts("sha256-00", "web-1", TrustLevel.PreRegistered, new Dictionary<string, string> { ["role"] = $"r{middle}" });
        return Rate.Of(() => Expect(set.Decide(machine, state, DateTimeOffset.UnixEpoch)));
    }

    private static PolicyFile PolicyOf(int at, bool withEvents) => File($"p{at}.yaml", $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: p{{at}} }
        spec:
          machines: { labels: { role: r{{at}} } }
          pcrs: { bank: sha256, baselines: ["b/*"] }
          {{(withEvents ? "eventLog: { require: [ { secureBoot: enabled }, { commandLine: { contains: [\"rd.shell=0\"], forbids: [init] } } ] }" : "")}}
          grants: [{ keys: ["k{{at}}/*"], allow: [sign] }]
        """);

    private static string BaselineOf(MeasuredState state, BootLog boot, bool withEvents) => new BaselineRecording(
        state, withEvents ? BootEvents.Of(state, EventLog.Parse(boot.ToBytes())) : BootEvents.Of(state))
    {
        Name = "b/the-machine",
        Pcrs = [0, 7],
    }.Write();

    // The same registers with other values, which as many events add up to.
    private static string OtherBaseline(int at, bool withEvents)
    {
        var digests = Enumerable.Range(0, EventsPerBaseline)
            .Select(number => SHA256.HashData(Encoding.UTF8.GetBytes($"{at} {number}"))).ToList();
        var value = digests.Aggregate(new byte[32], (before, digest) => SHA256.HashData([.. before, .. digest]));
        var hex = Convert.ToHexStringLower(value);
        var list = string.Join(", ", digests.Select(digest => $"\"{Convert.ToHexStringLower(digest)}\""));
        return $$"""
            apiVersion: keybroker/v1
            kind: Baseline
            metadata: { name: b/{{at}}x }
            spec: { bank: sha256, pcrs: { 0: "{{hex}}", 7: "{{hex}}" }{{(withEvents ? $", events: {{ 0: [{list}] }}" : "")}} }
            """;
    }

    private static PolicyFile File(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));

    private static void Expect(Decision decision)
    {
        if (!decision.IsAllowed)
        {
            throw new InvalidOperationException("the machine in the middle was denied");
        }
    }
}
