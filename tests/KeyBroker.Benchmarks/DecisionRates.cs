using System.Globalization;
using System.Text;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Benchmarks;

/// <summary>Decisions a second under a set of policies and as many baselines; the machine is one policy's.</summary>
internal static class DecisionRates
{
    public static double Decide(int policies)
    {
        var set = PolicySet.Of(Enumerable.Range(0, policies).SelectMany(at => new[] { PolicyOf(at), BaselineOf(at) }));
        var middle = policies / 2;
        var labels = new Dictionary<string, string> { ["role"] = $"r{middle}" };
        var machine = new MachineFacts("sha256-00", "web-1", TrustLevel.PreRegistered, labels);
        var value = Convert.FromHexString(ValueOf(middle));
        var state = MeasuredState.DangerousFromValues(new Dictionary<(TpmAlgorithm, int), byte[]>
        {
            [(TpmAlgorithm.Sha256, 0)] = value,
            [(TpmAlgorithm.Sha256, 7)] = value,
        });
        return Rate.Of(() => Expect(set.Decide(machine, state, DateTimeOffset.UnixEpoch)));
    }

    private static PolicyFile PolicyOf(int at) => File($"p{at}.yaml", $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: p{{at}} }
        spec:
          machines: { labels: { role: r{{at}} } }
          pcrs: { bank: sha256, baselines: ["b/*"] }
          grants: [{ keys: ["k{{at}}/*"], allow: [sign] }]
        """);

    private static PolicyFile BaselineOf(int at) => File($"b{at}.yaml", $$"""
        apiVersion: keybroker/v1
        kind: Baseline
        metadata: { name: b/{{at}}x }
        spec: { bank: sha256, pcrs: { 0: "{{ValueOf(at)}}", 7: "{{ValueOf(at)}}" } }
        """);

    private static PolicyFile File(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));

    private static string ValueOf(int at) => "ab" + at.ToString("x62", CultureInfo.InvariantCulture);

    private static void Expect(Decision decision)
    {
        if (!decision.IsAllowed)
        {
            throw new InvalidOperationException("the machine in the middle was denied");
        }
    }
}
