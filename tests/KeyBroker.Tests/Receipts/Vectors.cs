using System.Text;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Recipients;
using KeyBroker.Receipts;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tests.Receipts;

/// <summary>Trust vectors of a machine whose every register holds its own number, under policies that ask for some of them.</summary>
internal static class Vectors
{
    public static TrustVector Of(bool isGenuine, params string[] policies) => TrustVector.Of(isGenuine, Decide(policies));

    /// <param name="policies">The <c>spec</c> of each, without what every policy has.</param>
    public static Decision Decide(params string[] policies)
    {
        var set = PolicySet.Of([.. policies.Select((spec, index) => new PolicyFile($"p{index}.yaml", Encoding.UTF8.GetBytes(Policy($"p{index}", spec))))]);
        var registers = Enumerable.Range(0, 12).ToDictionary(index => (TpmAlgorithm.Sha256, index), index => Convert.FromHexString(Value(index)));
        return set.Decide(
            new MachineFacts("sha256-00", "m", TrustLevel.Approved, new Dictionary<string, string> { ["role"] = "web" }),
            MeasuredState.DangerousFromValues(registers), DateTimeOffset.UnixEpoch);
    }

    /// <summary>Registers that must hold what they hold.</summary>
    public static string Require(params int[] registers) => Pcrs(registers, Value);

    /// <summary>Registers that must hold something else.</summary>
    public static string RequireOther(params int[] registers) => Pcrs(registers, index => Value(index + 100));

    /// <summary>So many policies under names that sort as they are numbered.</summary>
    public static IReadOnlyList<Policy> Named(int count, Func<int, string> name) => PolicySet.Of(
        [.. Enumerable.Range(0, count).Select(index => new PolicyFile($"{index:d3}.yaml", Encoding.UTF8.GetBytes(Policy(name(index), Require(7)))))]).Policies;

    public static ResidentKeys BothResident { get; } = new(new TpmName(new byte[34]), new TpmName(new byte[34]));

    private static string Pcrs(int[] registers, Func<int, string> value) => "pcrs: { require: ["
        + string.Join(", ", registers.Select(index => $$"""{ pcr: {{index}}, anyOf: [ { value: "{{value(index)}}", label: "l{{index}}" } ] }""")) + "] }";

    private static string Value(int index) => string.Concat(Enumerable.Repeat($"{index + 1:x2}", 32));

    private static string Policy(string name, string spec) => $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: {{name}} }
        spec:
          machines: { labels: { role: web }, trust: [approved] }
          {{spec}}
          grants: [ { keys: ["web/*"], allow: [read] } ]
        """;
}
