using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Comparing;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

/// <summary>[DIF-1] to [DIF-3]: who gains and who loses by a change of the files.</summary>
public sealed class ComparisonTests
{
    [Theory]
    [InlineData("mode: enforce", "mode: observe", "- may not create read rotate sign keys web/* any more")]
    [InlineData("labels: { role: web }", "labels: { role: web, site: eu }", "- label site=eu is required now")]
    [InlineData("labels: { role: web }", "labels: {}", "+ label role=web is not required any more")]
    [InlineData("trust: [ek-certificate, pre-registered]", "trust: [pre-registered]", "- trust ek-certificate is not accepted any more")]
    [InlineData("tokenLifetime: 5m", "tokenLifetime: 1m", "~ token lifetime: 00:05:00 becomes 00:01:00")]
    [InlineData("      - { pcr: 7", "      - { pcr: 8", "- register PCR 8 (sha256) is required now")]
    [InlineData("label: \"db 2026-09\" }", "label: \"db\" }", "+ PCR 7 (sha256) value 'db' bbbbbbbbbbbb is accepted now")]
    [InlineData("  grants:", "    baselines: [\"b/*\"]\n  grants:", "- a baseline of b/* is required now")]
    [InlineData("  grants:", "  eventLog: { require: [ { secureBoot: enabled } ] }\n  grants:", "- event log secureBoot: enabled is required now")]
    [InlineData("keys: [\"web/*\"]", "keys: [\"web/**\"]", "+ may create read rotate sign keys web/**")]
    [InlineData("allow: [release]", "allow: [release, read]", "+ may read secrets web/db-password")]
    [InlineData("allow: [release]", "allow: [release], to: enc", "- may not release secrets web/db-password any more")]
    [InlineData("allow: [release]", "allow: [release], recipient: tpm", "- may not release secrets web/db-password any more")]
    [InlineData("allow: [release]", "allow: [release], maxUses: 5, createdBy: self", "- may not release secrets web/db-password any more")]
    public void Says_what_a_change_of_a_policy_does(string from, string to, string detail)
    {
        var change = Assert.Single(PolicySetDifference.Of(
            PolicyText.Load(PolicyText.Good), PolicyText.Load(PolicyText.Good.Replace(from, to, StringComparison.Ordinal))).Changes);

        Assert.Equal(("policy", "web-tier", "changed"), (change.Kind, change.Name, change.Change));
        Assert.Contains(detail, change.Details.Select(Text));
    }

    [Fact]
    public void A_wider_pattern_takes_nothing_away()
    {
        var changes = PolicySetDifference.Of(
            PolicyText.Load(PolicyText.Good), PolicyText.Load(PolicyText.Good.Replace("[\"web/*\"]", "[\"web/**\"]", StringComparison.Ordinal))).Changes;

        Assert.DoesNotContain(changes.Single().Details, detail => detail.Effect == Effect.Loss);
    }

    [Fact]
    public void Layout_comments_and_files_are_no_difference()
    {
        var before = PolicySet.Of([new PolicyFile("a.yaml", System.Text.Encoding.UTF8.GetBytes(PolicyText.Good))]);
        var after = PolicySet.Of([new PolicyFile("b.yaml", System.Text.Encoding.UTF8.GetBytes("# new\n" + PolicyText.Good))]);

        Assert.Empty(PolicySetDifference.Of(before, after).Changes);
    }

    [Fact]
    public void Says_whom_a_baseline_is_about()
    {
        var policy = PolicyText.Good.Replace("  grants:", "    baselines: [\"b/*\"]\n  grants:", StringComparison.Ordinal);
        var (one, other) = (PolicyText.Baseline("b/1", $"7: \"{PolicyText.A}\""), PolicyText.Baseline("c/1", $"7: \"{PolicyText.A}\""));

        var changes = PolicySetDifference.Of(PolicyText.Load(policy, one), PolicyText.Load(policy, other)).Changes;

        Assert.Equal(
            [("b/1", "removed", "named by web-tier", Effect.Loss), ("c/1", "added", "no policy names it", Effect.None)],
            changes.Select(change => (change.Name, change.Change, change.About!, change.Details.Single().Effect)));
    }

    [Theory]
    [InlineData("web/*", "web/signer", true)]
    [InlineData("web/*", "web/a*", true)]
    [InlineData("web/**", "web/*", true)]
    [InlineData("web/**", "web/a/**", true)]
    [InlineData("*/**", "web/a/b", true)]
    [InlineData("web/*", "web/**", false)]
    [InlineData("web/a*", "web/*", false)]
    [InlineData("web/**", "web", false)]
    [InlineData("web/**", "db/*", false)]
    [InlineData("web/*", "web/a/b", false)]
    public void Knows_when_a_pattern_covers_another(string wide, string narrow, bool covers) =>
        Assert.Equal(covers, NamePattern.Parse(wide).Covers(NamePattern.Parse(narrow)));

    [Fact]
    public void Says_what_a_draft_does_to_one_machine()
    {
        var (before, state) = (PolicyText.Load(PolicyText.Good), PolicyText.State((7, PolicyText.A)));
        var stricter = PolicyText.Load(PolicyText.Good.Replace(PolicyText.A, new string('c', 64), StringComparison.Ordinal));

        var loss = StateChange.Of((before, stricter), PolicyText.Web, state, PolicyText.Now);
        Assert.Equal((true, false), (loss.Loses, loss.Gains));
        Assert.Equal(ReasonCodes.PolicyPcr, Assert.Single(loss.Reasons).Code);
        Assert.Contains("create read rotate sign keys web/*", loss.Access.Losses);

        var gain = StateChange.Of((stricter, before), PolicyText.Web, state, PolicyText.Now);
        Assert.Equal((false, true), (gain.Loses, gain.Gains));
        Assert.Equal(ReasonCodes.PolicyPcr, Assert.Single(gain.Reasons).Code);

        var none = StateChange.Of((before, before), PolicyText.Web, state, PolicyText.Now);
        Assert.Equal((false, false), (none.Loses, none.Gains));
    }

    private static string Text(ChangeDetail detail) => $"{detail.Effect switch { Effect.Gain => '+', Effect.Loss => '-', _ => '~' }} {detail.Text}";
}
