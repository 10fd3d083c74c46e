using KeyBroker.Attestation.Policies;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

public sealed class DecisionTests
{
    private static readonly string s_c = new('c', 64);

    private static readonly string s_withBaselines = $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: by-baseline }
        spec:
          machines: { labels: {} }
          pcrs: { baselines: ["debian-12/*"] }
          grants: [ { keys: ["web/*"], allow: [sign] } ]
        """;

    private static readonly string s_first = PolicyText.Baseline(
        "debian-12/first", $"0: \"{PolicyText.A}\", 7: \"{PolicyText.A}\"", "validFrom: 2026-09-01T00:00:00Z, validUntil: 2027-03-01T00:00:00Z,");

    private static readonly string s_second = PolicyText.Baseline(
        "debian-12/second", $"0: \"{PolicyText.B}\", 7: \"{PolicyText.B}\"");

    [Fact]
    public void Holds_when_selector_and_every_requirement_hold()
    {
        var decision = Decide(PolicyText.Web, (7, PolicyText.B));

        Assert.True(decision.IsAllowed);
        Assert.Equal("web-tier", Assert.Single(decision.Holding).Name);
        Assert.Empty(decision.Reasons);
        Assert.Equal(TimeSpan.FromMinutes(5), decision.TokenLifetime);
    }

    [Fact]
    public void Grants_what_the_file_says_and_nothing_else()
    {
        var decision = Decide(PolicyText.Web, (7, PolicyText.A));

        Assert.Equal("web-tier", decision.FirstGranting(ResourceKind.Key, "web/signer", Verb.Sign)?.Name);
        Assert.Null(decision.FirstGranting(ResourceKind.Key, "web/signer", Verb.Decrypt));
        Assert.Null(decision.FirstGranting(ResourceKind.Key, "db/signer", Verb.Sign));
        Assert.Null(decision.FirstGranting(ResourceKind.Secret, "web/signer", Verb.Read));
        Assert.True(decision.AnyGrant(ResourceKind.Secret, "web/db-password"));
        Assert.False(decision.AnyGrant(ResourceKind.Key, "web"));
    }

    [Fact]
    public void Says_which_register_differed_and_what_was_expected()
    {
        var decision = Decide(PolicyText.Web, (7, s_c));

        var reason = Assert.Single(decision.Reasons);
        Assert.False(decision.IsAllowed);
        Assert.Equal((ReasonCodes.PolicyPcr, "web-tier", 7, s_c), (reason.Code, reason.Policy, reason.Pcr, reason.Actual));
        Assert.Equal(["db 2026-01", "db 2026-09"], reason.Expected);
    }

    // Threat C10: absent is never equal.
    [Fact]
    public void A_register_that_was_not_quoted_does_not_hold()
    {
        var reason = Assert.Single(Decide(PolicyText.Web, (4, PolicyText.A)).Reasons);
        Assert.Equal((7, null), (reason.Pcr, reason.Actual));
        Assert.NotEmpty(Decide(PolicyText.Web).Reasons);
    }

    [Fact]
    public void Registers_beyond_those_required_do_no_harm() =>
        Assert.True(Decide(PolicyText.Web, (0, s_c), (7, PolicyText.A), (16, s_c)).IsAllowed);

    [Fact]
    public void Every_line_must_hold()
    {
        var both = PolicyText.Good.Replace(
            "      - { pcr: 7", $"      - {{ pcr: 4, anyOf: [ {{ value: \"{s_c}\" }} ] }}\n      - {{ pcr: 7", StringComparison.Ordinal);
        var set = PolicyText.Load(both);

        Assert.True(Decide(set, PolicyText.Web, (4, s_c), (7, PolicyText.A)).IsAllowed);
        Assert.Equal(7, Assert.Single(Decide(set, PolicyText.Web, (4, s_c), (7, s_c)).Reasons).Pcr);
        Assert.Equal([4, 7], Decide(set, PolicyText.Web).Reasons.Select(reason => reason.Pcr));
        Assert.Equal(["value 1"], Decide(set, PolicyText.Web, (7, PolicyText.A)).Reasons[0].Expected);
    }

    [Fact]
    public void A_machine_with_other_labels_is_not_selected()
    {
        var state = (7, PolicyText.A);
        Assert.Empty(Decide(PolicyText.Machine(TrustLevel.PreRegistered), state).Outcomes);
        Assert.Empty(Decide(PolicyText.Machine(TrustLevel.PreRegistered, ("role", "db")), state).Outcomes);
        Assert.Empty(Decide(PolicyText.Machine(TrustLevel.PreRegistered, ("role", "Web")), state).Outcomes);
        Assert.Empty(Decide(PolicyText.Machine(TrustLevel.PreRegistered, ("Role", "web")), state).Outcomes);
        Assert.Single(Decide(PolicyText.Machine(TrustLevel.PreRegistered, ("x", "y"), ("role", "web")), state).Holding);
    }

    [Fact]
    public void All_labels_must_match()
    {
        var set = PolicyText.Load(PolicyText.Good.Replace("{ role: web }", "{ role: web, site: eu }", StringComparison.Ordinal));
        Assert.Empty(Decide(set, PolicyText.Web, (7, PolicyText.A)).Outcomes);
        Assert.True(Decide(set, PolicyText.Machine(TrustLevel.PreRegistered, ("role", "web"), ("site", "eu")), (7, PolicyText.A)).IsAllowed);
    }

    [Fact]
    public void Trust_is_a_requirement_with_its_own_reason()
    {
        var reason = Assert.Single(Decide(PolicyText.Machine(TrustLevel.Approved, ("role", "web")), (7, PolicyText.A)).Reasons);
        Assert.Equal((ReasonCodes.PolicyTrust, TrustLevel.Approved), (reason.Code, reason.Actual));
        Assert.Equal([TrustLevel.EkCertificate, TrustLevel.PreRegistered], reason.Expected);
    }

    [Fact]
    public void Trust_defaults_to_certificate_and_registration_and_approved_must_be_named()
    {
        var none = PolicyText.Load(PolicyText.Good.Replace("trust: [ek-certificate, pre-registered]", "", StringComparison.Ordinal));
        var approved = PolicyText.Load(PolicyText.Good.Replace("[ek-certificate, pre-registered]", "[approved]", StringComparison.Ordinal));
        var machine = PolicyText.Machine(TrustLevel.Approved, ("role", "web"));

        Assert.True(Decide(none, PolicyText.Web, (7, PolicyText.A)).IsAllowed);
        Assert.False(Decide(none, machine, (7, PolicyText.A)).IsAllowed);
        Assert.True(Decide(approved, machine, (7, PolicyText.A)).IsAllowed);
        Assert.False(Decide(approved, PolicyText.Web, (7, PolicyText.A)).IsAllowed);
    }

    [Fact]
    public void No_labels_select_our_machines_and_any_genuine_tpm_also_foreign_ones()
    {
        var stranger = PolicyText.Machine(TrustLevel.EkCertificate);
        var ours = PolicyText.Load(PolicyText.Good.Replace("{ role: web }", "{}", StringComparison.Ordinal));
        var any = PolicyText.Load(PolicyText.Good
            .Replace("labels: { role: web }", "anyGenuineTpm: true", StringComparison.Ordinal)
            .Replace("trust: [ek-certificate, pre-registered]", "", StringComparison.Ordinal));

        Assert.Empty(Decide(ours, stranger, (7, PolicyText.A)).Outcomes);
        Assert.True(Decide(ours, stranger with { Registered = true }, (7, PolicyText.A)).IsAllowed);
        Assert.True(Decide(ours, PolicyText.Machine(TrustLevel.PreRegistered), (7, PolicyText.A)).IsAllowed);
        Assert.True(Decide(any, stranger, (7, PolicyText.A)).IsAllowed);
        Assert.Equal(ReasonCodes.PolicyTrust, Assert.Single(Decide(any, PolicyText.Web, (7, PolicyText.A)).Reasons).Code);
    }

    [Fact]
    public void Observe_is_reported_and_grants_nothing()
    {
        var set = PolicyText.Load(PolicyText.Good.Replace("mode: enforce", "mode: observe", StringComparison.Ordinal));
        var decision = Decide(set, PolicyText.Web, (7, PolicyText.A));

        Assert.False(decision.IsAllowed);
        Assert.True(Assert.Single(decision.Outcomes).Holds);
        Assert.Null(decision.FirstGranting(ResourceKind.Key, "web/signer", Verb.Sign));
        Assert.False(decision.AnyGrant(ResourceKind.Key, "web/signer"));
        Assert.Null(decision.TokenLifetime);
    }

    [Fact]
    public void Shortest_lifetime_and_first_granting_name_win()
    {
        var other = PolicyText.Good
            .Replace("name: web-tier", "name: a-tier", StringComparison.Ordinal)
            .Replace("tokenLifetime: 5m", "tokenLifetime: 30s", StringComparison.Ordinal);
        var decision = Decide(PolicyText.Load(PolicyText.Good, other), PolicyText.Web, (7, PolicyText.A));

        Assert.Equal(TimeSpan.FromSeconds(30), decision.TokenLifetime);
        Assert.Equal("a-tier", decision.FirstGranting(ResourceKind.Key, "web/x", Verb.Sign)?.Name);
    }

    [Fact]
    public void A_grant_may_demand_the_attested_encryption_key()
    {
        var strict = PolicyText.Good.Replace("[create, read, sign, rotate]", "[decrypt], to: enc", StringComparison.Ordinal);
        var loose = strict.Replace(", to: enc", "", StringComparison.Ordinal).Replace("web-tier", "loose", StringComparison.Ordinal);

        Assert.True(Demands(PolicyText.Load(strict)));
        Assert.False(Demands(PolicyText.Load(strict, loose)));

        static bool Demands(PolicySet set) =>
            Decide(set, PolicyText.Web, (7, PolicyText.A)).OnlyToEnc(ResourceKind.Key, "web/x", Verb.Decrypt);
    }

    [Fact]
    public void A_grant_may_demand_a_recipient_in_the_tpm()
    {
        var strict = PolicyText.Good.Replace("[create, read, sign, rotate]", "[decrypt], recipient: tpm", StringComparison.Ordinal);
        var loose = strict.Replace("recipient: tpm", "to: enc", StringComparison.Ordinal).Replace("web-tier", "loose", StringComparison.Ordinal);

        Assert.Equal((true, true), Demands(PolicyText.Load(strict)));
        Assert.Equal((true, false), Demands(PolicyText.Load(strict, loose)));

        static (bool Enc, bool Tpm) Demands(PolicySet set)
        {
            var decision = Decide(set, PolicyText.Web, (7, PolicyText.A));
            return (decision.OnlyToEnc(ResourceKind.Key, "web/x", Verb.Decrypt), decision.OnlyToTpm(ResourceKind.Key, "web/x", Verb.Decrypt));
        }
    }

    // Threat C09: registers of two profiles never add up to a match.
    [Fact]
    public void A_baseline_matches_as_a_whole()
    {
        var set = PolicyText.Load(s_withBaselines, s_first, s_second);

        var outcome = Assert.Single(Decide(set, PolicyText.Web, (0, PolicyText.A), (7, PolicyText.A)).Outcomes);
        Assert.Equal((true, "debian-12/first"), (outcome.Holds, outcome.Baseline));
        Assert.True(Decide(set, PolicyText.Web, (0, PolicyText.B), (7, PolicyText.B)).IsAllowed);

        var reason = Assert.Single(Decide(set, PolicyText.Web, (0, PolicyText.A), (7, PolicyText.B)).Reasons);
        Assert.Equal((ReasonCodes.PolicyBaseline, 7, PolicyText.B), (reason.Code, reason.Pcr, reason.Actual));
        Assert.Equal(["debian-12/first"], reason.Expected);
    }

    [Fact]
    public void A_baseline_needs_every_register_quoted()
    {
        var set = PolicyText.Load(s_withBaselines, s_first);
        var reason = Assert.Single(Decide(set, PolicyText.Web, (0, PolicyText.A)).Reasons);
        Assert.Equal((ReasonCodes.PolicyBaseline, 7, null), (reason.Code, reason.Pcr, reason.Actual));
    }

    [Theory]
    [InlineData("2026-08-31T23:59:59Z", false)]
    [InlineData("2026-09-01T00:00:00Z", true)]
    [InlineData("2027-02-28T23:59:59Z", true)]
    [InlineData("2027-03-01T00:00:00Z", false)]
    public void A_baseline_counts_inside_its_window_only(string now, bool holds)
    {
        var time = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        var decision = PolicyText.Load(s_withBaselines, s_first)
            .Decide(PolicyText.Web, PolicyText.State((0, PolicyText.A), (7, PolicyText.A)), time);

        Assert.Equal(holds, decision.IsAllowed);
        Assert.Equal(holds ? [] : [ReasonCodes.PolicyBaseline], decision.Reasons.Select(reason => reason.Code));
    }

    [Fact]
    public void A_baseline_of_another_name_does_not_count()
    {
        var other = s_first.Replace("debian-12/first", "debian-13/first", StringComparison.Ordinal);
        var decision = Decide(PolicyText.Load(s_withBaselines, other), PolicyText.Web, (0, PolicyText.A), (7, PolicyText.A));
        Assert.Equal(ReasonCodes.PolicyBaseline, Assert.Single(decision.Reasons).Code);
    }

    [Fact]
    public void The_empty_set_denies()
    {
        var decision = PolicySet.Empty.Decide(PolicyText.Web, PolicyText.State((7, PolicyText.A)), PolicyText.Now);
        Assert.False(decision.IsAllowed);
        Assert.Empty(decision.Outcomes);
    }

    // Threat H08: the same input gives the same decision, in the same words.
    [Fact]
    public void Order_of_files_changes_nothing()
    {
        var forth = PolicyText.Load(PolicyText.Good, s_withBaselines, s_first, s_second);
        var back = PolicyText.Load(s_second, s_first, s_withBaselines, PolicyText.Good);

        Assert.Equal(forth.Digest, back.Digest);
        Assert.Equal(
            Decide(forth, PolicyText.Web, (7, s_c)).Reasons.Select(reason => reason.Message),
            Decide(back, PolicyText.Web, (7, s_c)).Reasons.Select(reason => reason.Message));
    }

    [Fact]
    public void Digests_are_about_content_not_layout()
    {
        var set = PolicyText.Load(PolicyText.Good);
        var laidOut = PolicyText.Load("# by hand\n" + PolicyText.Good
            .Replace("metadata: { name: web-tier, description: Debian 12 web servers, owner: web-team }",
                "metadata:\n  owner: 'web-team'\n  name: \"web-tier\"\n  description: Debian 12 web servers", StringComparison.Ordinal));
        var edited = PolicyText.Load(PolicyText.Good.Replace("rotate]", "rotate, verify]", StringComparison.Ordinal));

        Assert.Equal(set.Digest, laidOut.Digest);
        Assert.Equal(set.Policies[0].Digest, laidOut.Policies[0].Digest);
        Assert.NotEqual(set.Digest, edited.Digest);
        Assert.Matches("^[0-9a-f]{64}$", set.Policies[0].Digest);
    }

    // The canonical JSON of this file was written by hand and hashed elsewhere.
    [Fact]
    public void A_digest_is_sha256_of_canonical_json()
    {
        var set = PolicyText.Load($$"""
            kind: Policy
            apiVersion: keybroker/v1
            metadata: { name: x }
            spec:
              pcrs: { require: [ { pcr: 7, anyOf: [ { value: {{PolicyText.A}}, label: 'a "b"' } ] } ] }
              machines: { anyGenuineTpm: true }
              grants: []
            """);
        Assert.Equal("a482c04df7a88da541f5f020ea1049e873fbd5776f78b25c7b55abfcb617194a", set.Policies[0].Digest);
    }

    private static Decision Decide(MachineFacts machine, params (int Pcr, string Value)[] registers) =>
        Decide(PolicyText.Load(PolicyText.Good), machine, registers);

    private static Decision Decide(PolicySet set, MachineFacts machine, params (int Pcr, string Value)[] registers) =>
        set.Decide(machine, PolicyText.State(registers), PolicyText.Now);
}
