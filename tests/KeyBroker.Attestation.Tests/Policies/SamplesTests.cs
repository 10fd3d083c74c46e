using System.Text.Json;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

public sealed class SamplesTests
{
    private static readonly string s_policies = Path.Combine(Root(), "policies");

    [Fact]
    public void The_folder_of_samples_loads_without_a_warning()
    {
        var set = PolicySet.Load(s_policies);
        Assert.Equal(["measured-boot", "next-kernel", "payments", "release-signing", "web-tier"], set.Policies.Select(policy => policy.Name));
        Assert.Single(set.Baselines);
        Assert.Empty(set.Warnings);
    }

    [Fact]
    public void Samples_grant_nothing_to_a_machine_in_another_state()
    {
        var machine = PolicyText.Machine(TrustLevel.PreRegistered, ("role", "web"), ("site", "eu"));
        var zeros = PolicyText.State([.. Enumerable.Range(0, 24).Select(pcr => (pcr, new string('0', 64)))]);
        var decision = PolicySet.Load(s_policies).Decide(machine, zeros, PolicyText.Now);
        Assert.False(decision.IsAllowed);
        Assert.NotEmpty(decision.Reasons);
    }

    [Fact]
    public void The_cases_of_the_samples_pass()
    {
        var policies = PolicySet.Load(s_policies);
        Assert.All(PolicyTests.Load(s_policies), tried => Assert.Empty(PolicyTestResult.Of(tried, policies, PolicyText.Now).Failures));
    }

    [Theory]
    [InlineData("1.27")]
    [InlineData("1.28")]
    public void The_sample_logs_are_of_honest_boots(string version)
    {
        var log = EventLog.Parse(File.ReadAllBytes(Path.Combine(s_policies, "samples", "boots", $"firmware-{version}.log")));
        var registers = LogReplay.Of(log, TpmAlgorithm.Sha256).Registers.Values
            .ToDictionary(register => (TpmAlgorithm.Sha256, register.Pcr), register => register.Value.ToArray());

        var state = MeasuredState.DangerousFromValues(registers).With(File.ReadAllBytes(Path.Combine(s_policies, "samples", "boots", $"firmware-{version}.log")));

        Assert.Equal((version, true), (state.FactsIn(TpmAlgorithm.Sha256)!.FirmwareVersion, state.FactsIn(TpmAlgorithm.Sha256)!.SecureBoot));
    }

    [Fact]
    public void The_schema_has_the_verbs_of_the_code()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_policies, "schema", "policy.schema.json")));
        var definitions = schema.RootElement.GetProperty("$defs");

        Assert.Equal(Verb.For(ResourceKind.Key).Order(), Verbs("keyVerb"));
        Assert.Equal(Verb.For(ResourceKind.Secret).Order(), Verbs("secretVerb"));

        IEnumerable<string?> Verbs(string name) =>
            definitions.GetProperty(name).GetProperty("enum").EnumerateArray().Select(verb => verb.GetString()).Order();
    }

    private static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "KeyBroker.sln")))
        {
            at = Path.GetDirectoryName(at) ?? throw new DirectoryNotFoundException("no KeyBroker.sln above the tests");
        }

        return at;
    }
}
