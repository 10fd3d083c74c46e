using System.Text;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Comparing;
using KeyBroker.Attestation.Results;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

/// <summary>POL-60 to POL-65: what policies make of results, and that absence, another type and the end of a result never hold.</summary>
public sealed class ResultDecisionTests
{
    private const string Claims = """
        {"svn":4,"debug":false,"family":"Milan","ids":["p1","p2"],"submods":{"a/b":{"x.status":"ok"}},"text4":"4","list":[{"deep":1}]}
        """;

    private static readonly MachineFacts s_vouched = new("verifier:maa:00", "verifier:maa:00", TrustLevel.Verifier, new Dictionary<string, string>())
    {
        Verifier = "maa",
    };

    public static TheoryData<string, bool> Conditions => new()
    {
        { "svn: 4", true }, { "svn: 5", false }, { "svn: \"4\"", false }, { "text4: 4", false }, { "text4: \"4\"", true },
        { "svn: { atLeast: 4 }", true }, { "svn: { atLeast: 5 }", false }, { "text4: { atLeast: 1 }", false },
        { "debug: false", true }, { "debug: true", false }, { "debug: \"false\"", false },
        { "family: Milan", true }, { "family: milan", false }, { "family: { anyOf: [Genoa, Milan] }", true }, { "family: { anyOf: [Genoa] }", false },
        { "ids: { contains: p2 }", true }, { "ids: { contains: p3 }", false }, { "ids: p1", false }, { "family: { contains: Milan }", false },
        { "absent: 1", false }, { "absent: false", false }, { "absent: { anyOf: [\"\u00e4\"] }", false },
        { "/submods/a~1b/x.status: ok", true }, { "/submods/a/b/x.status: ok", false }, { "submods: ok", false },
        { "/list/0/deep: 1", true }, { "/list/1/deep: 1", false }, { "/list/00/deep: 1", false },
    };

    public static TheoryData<string, string> Broken => new()
    {
        { "results: []", "an empty list" },
        { "results: {}", "'atLeast' is missing" },
        { "results: [ { verifier: maa } ]", "requires nothing" },
        { "results: [ { status: affirming } ]", "'verifier' is missing" },
        { "results: [ { verifier: maa, status: fine } ]", "is none of" },
        { "results: [ { verifier: maa, status: none } ]", "is none of" },
        { "results: [ { verifier: maa, claims: {} } ]", "requires nothing" },
        { "results: [ { verifier: maa, claims: { a: { anyOf: [] } } } ]", "an empty list" },
        { "results: [ { verifier: maa, claims: { a: {} } } ]", "has one of" },
        { "results: [ { verifier: maa, claims: { a: { matches: x } } } ]", "unknown member" },
        { "results: [ { verifier: maa, claims: { a: { contains: x, atLeast: 1 } } } ]", "has one of" },
        { "results: [ { verifier: maa, claims: { \"/a~2\": 1 } } ]", "JSON Pointer" },
        { "results: [ { verifier: maa, claims: { a: [1] } } ]", "this is a text" },
        { "results: [ { verifier: maa, claims: { a: null } } ]", "means something else" },
        { "results: [ { verifier: \"../maa\", status: affirming } ]", "not a name of a verifier" },
        { "results: [ { verifier: mia, status: affirming } ]", "did you mean 'maa'" },
        { "results: { atLeast: 0, of: [ { verifier: maa, status: affirming } ] }", "from 1 to the 1" },
        { "results: { atLeast: 2, of: [ { verifier: maa, status: affirming } ] }", "from 1 to the 1" },
        { "results: { atLeast: 1, of: [ { verifier: maa, status: affirming }, { verifier: maa, claims: { a: 1 } } ] }", "counts once" },
    };

    [Theory, MemberData(nameof(Conditions))]
    public void A_claim_is_what_the_file_says_and_of_that_type(string condition, bool holds)
    {
        var set = Load(Policy($"results: [ {{ verifier: maa, claims: {{ {condition} }} }} ]"));
        Assert.Equal(holds, set.Decide(PolicyText.Web, With(Result("maa")), PolicyText.Now).IsAllowed);
    }

    [Theory, MemberData(nameof(Broken))]
    public void What_would_hold_never_or_always_is_refused(string results, string message)
    {
        var refused = Assert.Throws<PolicyException>(() => Load(Policy(results)));
        Assert.Contains(refused.Errors, error => error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("affirming", ResultStatus.Affirming, true)]
    [InlineData("affirming", ResultStatus.Warning, false)]
    [InlineData("affirming", ResultStatus.None, false)]
    [InlineData("affirming", null, false)]
    [InlineData("warning", ResultStatus.Affirming, true)]
    [InlineData("warning", ResultStatus.Warning, true)]
    [InlineData("warning", ResultStatus.Contraindicated, false)]
    [InlineData("warning", null, false)]
    public void A_status_is_met_by_itself_or_a_better_one(string asked, ResultStatus? given, bool holds)
    {
        var set = Load(Policy($"results: [ {{ verifier: maa, status: {asked} }} ]"));
        Assert.Equal(holds, set.Decide(PolicyText.Web, With(Result("maa") with { Status = given }), PolicyText.Now).IsAllowed);
    }

    [Fact]
    public void A_result_counts_until_its_end_and_not_from_it_on()
    {
        var set = Load(Policy("results: [ { verifier: maa, status: affirming } ]"));
        var state = With(Result("maa") with { ValidUntil = PolicyText.Now });
        Assert.True(set.Decide(PolicyText.Web, state, PolicyText.Now.AddMilliseconds(-1)).IsAllowed);
        var reason = Assert.Single(set.Decide(PolicyText.Web, state, PolicyText.Now).Reasons);
        Assert.Equal((ReasonCodes.PolicyResult, "p", "verifier maa: its result has expired"), (reason.Code, reason.Policy, reason.Message));
        Assert.True(set.Decide(PolicyText.Web, state.DangerousRenewed(), PolicyText.Now).IsAllowed);
    }

    [Fact]
    public void So_many_of_so_many_are_enough_and_fewer_are_not()
    {
        var set = Load(Policy("results: { atLeast: 2, of: [ { verifier: maa, status: affirming }, { verifier: ita, status: affirming }, { verifier: eu, status: affirming } ] }"));
        Assert.True(set.Decide(PolicyText.Web, With(Result("maa"), Result("eu")), PolicyText.Now).IsAllowed);
        Assert.False(set.Decide(PolicyText.Web, With(Result("maa")), PolicyText.Now).IsAllowed);
        Assert.False(set.Decide(PolicyText.Web, With(Result("maa"), Result("ita") with { Status = ResultStatus.Warning }), PolicyText.Now).IsAllowed);
        Assert.Throws<ArgumentException>(() => With(Result("maa"), Result("maa")));
    }

    [Fact]
    public void Registers_and_results_must_both_hold()
    {
        var set = Load(Policy($"pcrs: {{ require: [ {{ pcr: 7, anyOf: [ {{ value: \"{PolicyText.A}\", label: a }} ] }} ] }}\n  results: [ {{ verifier: maa, status: affirming }} ]"));
        var good = PolicyText.State((7, PolicyText.A));
        Assert.True(set.Decide(PolicyText.Web, good.With([Result("maa")]), PolicyText.Now).IsAllowed);
        Assert.Equal([ReasonCodes.PolicyResult], set.Decide(PolicyText.Web, good, PolicyText.Now).Reasons.Select(reason => reason.Code));
        Assert.Equal([ReasonCodes.PolicyPcr], set.Decide(PolicyText.Web, With(Result("maa")), PolicyText.Now).Reasons.Select(reason => reason.Code));
    }

    [Fact]
    public void Only_policies_that_name_its_verifier_select_a_caller_without_a_tpm()
    {
        var vouched = Policy("results: [ { verifier: maa, status: affirming } ]", "verifiers: [maa]");
        var labelled = Policy("results: [ { verifier: maa, status: affirming } ]", "labels: {}", "q");
        var genuine = Policy("results: [ { verifier: maa, status: affirming } ]", "anyGenuineTpm: true", "r");
        var set = Load(vouched, labelled, genuine);
        var state = With(Result("maa"));
        Assert.Equal(["p"], set.Decide(s_vouched, state, PolicyText.Now).Outcomes.Select(outcome => outcome.Policy.Name));
        Assert.Equal(["p"], set.Decide(s_vouched with { Labels = PolicyText.Web.Labels }, state, PolicyText.Now).Outcomes.Select(outcome => outcome.Policy.Name));
        Assert.Empty(set.Decide(s_vouched with { Verifier = "ita" }, With(Result("ita")), PolicyText.Now).Outcomes);
        Assert.DoesNotContain("p", set.Decide(PolicyText.Web, state, PolicyText.Now).Outcomes.Select(outcome => outcome.Policy.Name));
    }

    [Theory]
    [InlineData("verifiers: [maa], trust: [approved]")]
    [InlineData("verifiers: [maa], anyGenuineTpm: true")]
    [InlineData("verifiers: []")]
    [InlineData("verifiers: [mia]")]
    [InlineData("labels: {}, trust: [verifier]")]
    public void A_selector_is_about_callers_or_about_machines(string machines) =>
        Assert.Throws<PolicyException>(() => Load(Policy("results: [ { verifier: maa, status: affirming } ]", machines)));

    /// <summary>POL-66.</summary>
    [Fact]
    public void What_has_no_tpm_is_not_asked_for_a_key_in_it()
    {
        var vouched = Policy("results: [ { verifier: maa, status: affirming } ]", "verifiers: [maa]");
        var grants = vouched.IndexOf("  grants:", StringComparison.Ordinal);
        var bound = vouched[..grants] + "  grants: [ { keys: [web/a], allow: [sign], proofKey: tpm } ]\n";
        Assert.Contains("certifies a key", Assert.Throws<PolicyException>(() => Load(bound)).Message, StringComparison.Ordinal);
        _ = Load(bound.Replace(", proofKey: tpm", "", StringComparison.Ordinal));
    }

    [Fact]
    public void What_has_no_registers_is_not_asked_for_them()
    {
        const string Log = "eventLog: { require: [ { secureBoot: enabled } ] }";
        Assert.Throws<PolicyException>(() => Load(Policy($"{Log}\n  results: [ {{ verifier: maa, status: affirming }} ]", "verifiers: [maa]")));
        Assert.Throws<PolicyException>(() => Load(Policy(Log, "verifiers: [maa]")));
    }

    [Fact]
    public void A_set_of_files_alone_knows_no_verifiers() => Assert.Single(PolicyText.Load(Policy("results: [ { verifier: mia, status: affirming } ]")).Policies);

    [Fact]
    public void Results_survive_the_store_and_say_when_they_are_the_same()
    {
        var state = With(Result("maa") with { Status = null }, Result("ita"));
        var stored = MeasuredState.DangerousFromStored(state.RegistersToJson(), state.FactsToJson(), state.ResultsToJson());
        Assert.Equal(state.ResultsToJson(), stored.ResultsToJson());
        var later = With(Result("maa", """{"iat":9,"svn":4}""") with { IssuedAt = PolicyText.Now });
        Assert.Equal(With(Result("maa", """{"iat":1,"svn":4}""")).LastingResultsToJson(), later.LastingResultsToJson());
        Assert.NotEqual(With(Result("maa", """{"svn":5}""")).LastingResultsToJson(), later.LastingResultsToJson());
    }

    [Fact]
    public void A_difference_says_what_verifiers_must_say_now()
    {
        var before = Load(Policy("results: [ { verifier: maa, status: affirming } ]"));
        var after = Load(Policy("results: [ { verifier: maa, status: affirming }, { verifier: ita, claims: { svn: 4 } } ]"));
        var details = Assert.Single(PolicySetDifference.Of(before, after).Changes).Details.Select(detail => detail.Text);
        Assert.Equal(["result ita, svn: 4 is required now"], details);
    }

    [Fact]
    public void An_explanation_shows_what_was_said_and_what_was_asked()
    {
        var set = Load(Policy("results: [ { verifier: maa, status: affirming, claims: { svn: 5 } } ]"));
        var state = With(Result("maa"));
        var explained = set.Explain(PolicyText.Web, state, BootEventsOf(state), PolicyText.Now).Policies[0].Requirements[^1];
        Assert.Equal(("results", false, "maa: affirming"), (explained.Requirement, explained.Holds, explained.Actual));
        Assert.Equal(["maa, status affirming, svn: 5"], explained.Expected);
        Assert.Equal(("svn", "4"), (explained.Reasons[0].Path, explained.Reasons[0].Actual));
    }

    private static Attestation.Policies.Explaining.BootEvents BootEventsOf(MeasuredState state) => StatedBoot.Of(state, null).Events;

    private static PolicySet Load(params string[] files) => PolicySet.Of(
        files.Select((text, at) => new PolicyFile($"{at}.yaml", Encoding.UTF8.GetBytes(text))), new HashSet<string> { "maa", "ita", "eu" });

    private static string Policy(string requires, string machines = "labels: { role: web }", string name = "p") => $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: {{name}} }
        spec:
          machines: { {{machines}} }
          {{requires}}
          grants: [ { keys: ["web/*"], allow: [sign] } ]
        """;

    private static MeasuredState With(params AttestationResult[] results) => MeasuredState.None.With(results);

    private static AttestationResult Result(string verifier, string claims = Claims) => new(verifier, StrictJson.Parse(Encoding.UTF8.GetBytes(claims)))
    {
        Status = ResultStatus.Affirming,
        IssuedAt = PolicyText.Now.AddMinutes(-1),
        ValidUntil = PolicyText.Now.AddMinutes(4),
    };
}
