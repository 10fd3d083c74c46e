using System.Text;
using KeyBroker.Attestation.Policies;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

/// <summary>Policy files that are in order, for tests that change one thing.</summary>
internal static class PolicyText
{
    public static readonly string A = new('a', 64);
    public static readonly string B = new('b', 64);
    public static readonly DateTimeOffset Now = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly string Good = $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: web-tier, description: Debian 12 web servers, owner: web-team }
        spec:
          mode: enforce
          machines:
            labels: { role: web }
            trust: [ek-certificate, pre-registered]
          tokenLifetime: 5m
          pcrs:
            bank: sha256
            require:
              - { pcr: 7, anyOf: [ { value: "{{A}}", label: "db 2026-01" }, { value: "{{B}}", label: "db 2026-09" } ] }
          grants:
            - { keys: ["web/*"], allow: [create, read, sign, rotate] }
            - { secrets: ["web/db-password"], allow: [release] }

        """;

    public static readonly MachineFacts Web = Machine(TrustLevel.PreRegistered, ("role", "web"));

    public static string Baseline(string name, string pcrs, string window = "") => $$"""
        apiVersion: keybroker/v1
        kind: Baseline
        metadata: { name: {{name}} }
        spec: { {{window}} bank: sha256, pcrs: { {{pcrs}} } }
        """;

    public static PolicySet Load(params string[] files) => PolicySet.Of(
        files.Select((text, at) => new PolicyFile($"{at + 1}.yaml", Encoding.UTF8.GetBytes(text))));

    public static IReadOnlyList<PolicyError> Errors(params string[] files) =>
        Assert.Throws<PolicyException>(() => Load(files)).Errors;

    public static MachineFacts Machine(string trust, params (string Key, string Value)[] labels) => new(
        "sha256-00", "web-1", trust, labels.ToDictionary(label => label.Key, label => label.Value));

    public static MeasuredState State(params (int Pcr, string Value)[] registers) => MeasuredState.DangerousFromValues(
        registers.ToDictionary(r => (TpmAlgorithm.Sha256, r.Pcr), r => Convert.FromHexString(r.Value)));
}
