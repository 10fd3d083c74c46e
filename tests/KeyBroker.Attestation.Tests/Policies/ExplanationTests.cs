using System.Text;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Explaining;
using KeyBroker.Attestation.Policies.Recording;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

/// <summary>[EXP-1] to [EXP-5]: why a machine is let in or not, down to the event.</summary>
public sealed class ExplanationTests
{
    private static readonly string s_fleet = $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: web-tier }
        spec:
          machines: { labels: { role: web } }
          pcrs:
            require: [ { pcr: 7, anyOf: [ { value: "{{PolicyText.A}}", label: old db }, { value: "{{Value(BootLog.Honest(), 7)}}", label: db } ] } ]
            baselines: [ "fleet/*" ]
          eventLog: { require: [ { secureBoot: enabled }, { firmwareVersion: { anyOf: ["1.27", "1.28"] } } ] }
          grants: [ { keys: ["web/*"], allow: [sign] } ]
        """;

    [Fact]
    public void Says_what_holds_and_by_what()
    {
        var explanation = Explain(BootLog.Honest(), BootLog.Honest());

        Assert.True(explanation.Decision.IsAllowed);
        var requirements = Assert.Single(explanation.Policies).Requirements;
        Assert.Equal(["trust", "pcr 7", "baselines", "secureBoot", "firmwareVersion"], requirements.Select(one => one.Requirement));
        Assert.All(requirements, one => Assert.True(one.Holds));
        Assert.Equal(["pre-registered", "db", "fleet/july", "enabled", "1.27"], requirements.Select(one => one.Actual));
        Assert.Equal(["old db", "db"], requirements[1].Expected);
    }

    [Fact]
    public void Names_the_first_event_that_differs_from_the_baseline()
    {
        var register = Assert.Single(BaselinesOf(Explain(BootLog.Honest(), Firmware("1.28"))).Registers);

        Assert.Equal((0, TpmAlgorithm.Sha256), (register.Pcr, register.Bank));
        var difference = register.FirstDifference!;
        Assert.Equal((1, "fleet/july"), (difference.Position, difference.Baseline));
        Assert.Equal(("EV_S_CRTM_VERSION", "1.28", true), (difference.Actual!.Type, difference.Actual.Description, difference.Actual.IsMeasured));
        Assert.Equal(register.Missing, [difference.Expected!]);
        Assert.Equal([false, true], register.Events.Select(happened => happened.IsExpected));
    }

    [Fact]
    public void Says_when_an_event_was_added_or_left_out()
    {
        var longer = BootLog.Honest().Add(4, BootLog.Application, [1], "rootkit"u8.ToArray());
        var added = Assert.Single(BaselinesOf(Explain(BootLog.Honest(), longer)).Registers).FirstDifference!;
        Assert.Equal((null, "EV_EFI_BOOT_SERVICES_APPLICATION", false), (added.Expected, added.Actual!.Type, added.Actual.IsMeasured));

        var missing = Assert.Single(BaselinesOf(Explain(longer, BootLog.Honest())).Registers).FirstDifference!;
        Assert.Null(missing.Actual);
        Assert.NotNull(missing.Expected);
    }

    [Fact]
    public void Compares_digests_alone_where_only_those_were_kept()
    {
        var boot = Firmware("1.28");
        var kept = MeasuredState.DangerousFromStored(State(boot).With(boot.ToBytes()).ToJson());

        var explanation = Set(BootLog.Honest()).Explain(PolicyText.Web, kept, BootEvents.Of(kept), PolicyText.Now);

        var difference = Assert.Single(BaselinesOf(explanation).Registers).FirstDifference!;
        Assert.Equal((1, null), (difference.Position, difference.Actual!.Type));
    }

    [Fact]
    public void Says_why_there_are_no_events()
    {
        var boot = Firmware("1.28");
        Assert.Contains("no event log", NoteOf(BootEvents.Of(State(boot))), StringComparison.Ordinal);
        Assert.Contains("does not replay", NoteOf(BootEvents.Of(State(boot), EventLog.Parse(BootLog.Honest().ToBytes()))), StringComparison.Ordinal);

        string NoteOf(BootEvents events) => Assert.Single(
            BaselinesOf(Set(BootLog.Honest()).Explain(PolicyText.Web, State(boot), events, PolicyText.Now)).Registers).Note!;
    }

    /// <summary>One evaluation: an explanation says nothing that the decision did not.</summary>
    [Theory]
    [InlineData("1.27", 1, "role")]
    [InlineData("1.28", 1, "role")]
    [InlineData("1.29", 0, "role")]
    [InlineData("1.27", 0, "other")]
    public void Has_the_reasons_of_the_decision_and_no_others(string version, byte secureBoot, string label)
    {
        var boot = Firmware(version, secureBoot);
        var machine = PolicyText.Machine(TrustLevel.PreRegistered, (label, "web"));
        var state = State(boot).With(boot.ToBytes());
        var set = Set(BootLog.Honest());

        var explanation = set.Explain(machine, state, BootEvents.Of(state), PolicyText.Now);

        var decided = set.Decide(machine, state, PolicyText.Now);
        Assert.Equal(decided.IsAllowed, explanation.Decision.IsAllowed);
        Assert.Equal(
            decided.Reasons.Select(reason => reason.ToString()),
            explanation.Policies.SelectMany(policy => policy.Requirements).SelectMany(one => one.Reasons).Select(reason => reason.ToString()));
    }

    [Fact]
    public void Says_what_a_policy_grants_and_to_whom()
    {
        var demanding = PolicyText.Good.Replace("allow: [release]", "allow: [release], recipient: tpm", StringComparison.Ordinal)
            .Replace("[create, read, sign, rotate]", "[sign], algorithms: [PS256, ES256], maxUses: 5, notAfter: 2030-01-01T00:00:00Z, freshness: { token: 2m }, createdBy: self", StringComparison.Ordinal);
        var state = MeasuredState.DangerousFromValues(new Dictionary<(TpmAlgorithm, int), byte[]>());
        var explanation = PolicyText.Load(demanding).Explain(PolicyText.Web, state, BootEvents.Of(state), PolicyText.Now);
        var grants = ExplanationJson.Of(explanation)["explanation"]![0]!["grants"]!.AsArray().Select(grant => (string)grant!);

        Assert.Equal(["sign keys web/* if algorithm is ES256 or PS256, until 2030-01-01T00:00:00Z, token younger than 120s, used less than 5 times, created by itself", "release secrets web/db-password to the TPM"], grants);
    }

    [Fact]
    public void Is_told_as_json_without_nulls()
    {
        var json = ExplanationJson.Of(Explain(BootLog.Honest(), Firmware("1.28")));

        Assert.False((bool)json["allowed"]!);
        var text = json["explanation"]!.ToJsonString();
        Assert.Contains("\"firstDifference\":{\"position\":1,\"baseline\":\"fleet/july\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("null", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Describes_events_in_one_plain_line()
    {
        var hostile = BootLog.Honest().Add(4, BootLog.Action, Encoding.ASCII.GetBytes("a\n\u001b[2J" + new string('x', 4000)));
        var events = BootEvents.Of(State(hostile), EventLog.Parse(hostile.ToBytes()));

        Assert.All(
            Enumerable.Range(0, 10).SelectMany(pcr => events.In(TpmAlgorithm.Sha256, pcr)).Select(one => one.Description).OfType<string>(),
            text => Assert.True(text.Length <= 123 && text.All(c => c is >= ' ' and <= '~'), text));
        Assert.Equal("SecureBoot = 01", events.In(TpmAlgorithm.Sha256, 7)[0].Description);
        Assert.StartsWith("EV_EFI_VARIABLE_DRIVER_CONFIG", events.In(TpmAlgorithm.Sha256, 7)[0].Type, StringComparison.Ordinal);
    }

    private static RequirementExplanation BaselinesOf(Explanation explanation) =>
        explanation.Policies.Single().Requirements.Single(one => one.Requirement == "baselines");

    private static Explanation Explain(BootLog good, BootLog boot)
    {
        var state = State(boot).With(boot.ToBytes());
        return Set(good).Explain(PolicyText.Web, state, BootEvents.Of(state, EventLog.Parse(boot.ToBytes())), PolicyText.Now);
    }

    private static PolicySet Set(BootLog good) => PolicyText.Load(s_fleet, new BaselineRecording(State(good), EventsOf(good))
    {
        Name = "fleet/july",
        Pcrs = [0, 4],
    }.Write());

    private static BootEvents EventsOf(BootLog boot) => BootEvents.Of(State(boot), EventLog.Parse(boot.ToBytes()));

    private static BootLog Firmware(string version, byte secureBoot = 1)
    {
        var boot = BootLog.Honest(secureBoot);
        boot.Events[0] = boot.Events[0] with { Data = Encoding.Unicode.GetBytes(version + "\0") };
        return boot;
    }

    private static string Value(BootLog boot, int pcr) => Convert.ToHexStringLower(boot.Registers()[pcr]);

    private static MeasuredState State(BootLog boot) => MeasuredState.DangerousFromValues(
        boot.Registers().ToDictionary(register => (TpmAlgorithm.Sha256, register.Key), register => register.Value));
}
