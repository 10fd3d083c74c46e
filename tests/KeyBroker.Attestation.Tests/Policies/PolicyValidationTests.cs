using KeyBroker.Attestation.Policies;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

public sealed class PolicyValidationTests
{
    private static readonly string s_require = PolicyText.Good.Split('\n').Single(line => line.Contains("- { pcr: 7", StringComparison.Ordinal));

    // Threats H01, C10, C11: nothing that requires nothing, nothing that any machine fulfils.
    public static TheoryData<string, string, string> Departures => new()
    {
        { "apiVersion: keybroker/v1", "apiVersion: keybroker/v2", "none of: keybroker/v1" },
        { "apiVersion: keybroker/v1\n", "", "'apiVersion' is missing" },
        { "kind: Policy", "kind: policy", "none of: Policy, Baseline" },
        { "name: web-tier, ", "", "'name' is missing" },
        { "name: web-tier", "name: Web-Tier", "is not a name" },
        { "name: web-tier", "name: ../web", "is not a name" },
        { "name: web-tier", "name: w\u0435b-tier", "is not a name" },
        { "mode: enforce", "mode: permissive", "none of: enforce, observe" },
        { "trust: [ek-certificate, pre-registered]", "trust: []", "empty list" },
        { "trust: [ek-certificate, pre-registered]", "trust: [anything]", "none of" },
        { "labels: { role: web }", "anyGenuineTpm: \"true\"", "without quotes" },
        { "labels: { role: web }", "anyGenuineTpm: true", "no trust but" },
        { "    trust: [ek-certificate, pre-registered]", "    anyGenuineTpm: true", "instead of 'labels'" },
        { "tokenLifetime: 5m", "tokenLifetime: 0m", "not a duration" },
        { "tokenLifetime: 5m", "tokenLifetime: 5 m", "not a duration" },
        { "tokenLifetime: 5m", "tokenLifetime: 5w", "not a duration" },
        { "bank: sha256", "bank: sha1", "none of: sha256" },
        { "bank: sha256", "bank: sha384", "96 lower-case hex digits" },
        { "pcr: 7", "pcr: 16", "cannot be required" },
        { "pcr: 7", "pcr: 21", "cannot be required" },
        { "pcr: 7", "pcr: 22", "cannot be required" },
        { "pcr: 7", "pcr: 23", "cannot be required" },
        { "pcr: 7", "pcr: 24", "PCRs 0 to 23" },
        { "pcr: 7, ", "", "'pcr' is missing" },
        { PolicyText.A, PolicyText.A.ToUpperInvariant(), "lower-case hex" },
        { PolicyText.A, PolicyText.A[1..], "lower-case hex" },
        { PolicyText.A, "", "1 to" },
        { $"\"{PolicyText.A}\"", "null", "without quotes" },
        { $"\"{PolicyText.A}\"", new string('1', 64), "without quotes" },
        { PolicyText.A, new string('0', 64), "weak-value" },
        { PolicyText.A, new string('f', 64), "weak-value" },
        { $"\"{PolicyText.A}\"", $"\"{PolicyText.A}\", unextended: true", "all 00 or all FF only" },
        { s_require, "      []", "requires nothing" },
        { "      - { pcr: 7", "      - { x: 7", "unknown member 'x'" },
        { "  grants:", "  eventLog: { require: [] }\n  grants:", "empty list" },
        { "  grants:", Events("secureBoot: maybe"), "none of: enabled, disabled" },
        { "  grants:", Events("secureboot: enabled"), "unknown assertion 'secureboot'" },
        { "  grants:", Events("secureBoot: enabled, dbx: { contains: [] }"), "an entry has one assertion" },
        { "  grants:", Events("authorities: { anyOf: [] }"), "empty list" },
        { "  grants:", Events("authorities: { anyOf: [\"ab\"] }"), "64 lower-case hex digits" },
        { "  grants:", Events("kernel: { sha384: { anyOf: [] } }"), "'sha256' is missing" },
        { "  grants:", Events("commandLine: {}"), "'commandLine' requires nothing" },
        { "  grants:", Events("commandLine: { contains: [\"two words\"] }"), "not one word" },
        { "  grants:", Events($"pcr: {{ index: 16, onlyEvents: [\"{PolicyText.A}\"] }}"), "cannot be required" },
        { "  grants:", Events("pcr: { index: 9 }"), "'onlyEvents' is missing" },
        { "  grants:", "  results: []\n  grants:", "an empty list" },
        { "keys: [\"web/*\"]", "keys: []", "empty list" },
        { "keys: [\"web/*\"]", "keys: [\"**\"]", "not a name pattern" },
        { "keys: [\"web/*\"]", "keys: [\"web/*\"], secrets: [\"web/*\"]", "one of them" },
        { "keys: [\"web/*\"], ", "", "one of them" },
        { "allow: [release]", "allow: [sign]", "none of: " },
        { "allow: [release]", "allow: []", "empty list" },
        { "allow: [release]", "allow: [\"*\"]", "none of: " },
    };

    private static string Events(string assertion) => $"  eventLog: {{ require: [ {{ {assertion} }} ] }}\n  grants:";

    [Theory]
    [MemberData(nameof(Departures))]
    public void Refuses(string from, string to, string message)
    {
        Assert.Contains(from, PolicyText.Good, StringComparison.Ordinal);
        var errors = PolicyText.Errors(PolicyText.Good.Replace(from, to, StringComparison.Ordinal));
        Assert.True(errors.Any(e => e.Message.Contains(message, StringComparison.Ordinal)), string.Join('\n', errors));
    }

    [Theory]
    [InlineData("pcrs: {}")]
    [InlineData("pcrs: { bank: sha256 }")]
    [InlineData("pcrs: { require: [] }")]
    [InlineData("pcrs: { baselines: [] }")]
    [InlineData("pcrs: { require: [ { pcr: 7, anyOf: [] } ] }")]
    [InlineData("pcrs: { require: [ { pcr: 7 } ] }")]
    [InlineData("pcrs:")]
    [InlineData("tokenLifetime: 5m")]
    public void Refuses_a_policy_that_requires_nothing(string section) => Assert.NotEmpty(PolicyText.Errors($$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: all }
        spec: { machines: { labels: {} }, grants: [ { keys: ["*"], allow: [sign] } ],
          {{section}} }
        """));

    [Fact]
    public void Weak_values_have_their_own_code_and_can_be_meant()
    {
        var weak = PolicyText.Good.Replace(PolicyText.A, new string('0', 64), StringComparison.Ordinal);
        Assert.Equal(PolicyError.WeakValue, Assert.Single(PolicyText.Errors(weak)).Code);

        var meant = weak.Replace(", label: \"db 2026-01\"", ", unextended: true", StringComparison.Ordinal);
        var decision = PolicyText.Load(meant).Decide(PolicyText.Web, PolicyText.State((7, new string('0', 64))), PolicyText.Now);
        Assert.True(decision.IsAllowed);
    }

    [Theory]
    [InlineData("7: \"\"")]
    [InlineData("")]
    [InlineData("16: \"{A}\"")]
    [InlineData("24: \"{A}\"")]
    [InlineData("x: \"{A}\"")]
    [InlineData("07: \"{A}\"")]
    [InlineData("7: \"{A}\", \"7\": \"{A}\"")]
    [InlineData("7: \"{0}\"")]
    [InlineData("7: { value: \"{0}\" }")]
    [InlineData("7: { value: \"{0}\", unextended: false }")]
    [InlineData("7: { value: \"{A}\", x: y }")]
    [InlineData("7: [\"{A}\"]")]
    public void Refuses_a_baseline_of_no_worth(string pcrs) => Assert.NotEmpty(
        PolicyText.Errors(PolicyText.Baseline("b", Fill(pcrs))));

    [Theory]
    [InlineData("7: \"{A}\"")]
    [InlineData("\"7\": \"{A}\"")]
    [InlineData("7: { value: \"{0}\", unextended: true }")]
    public void Accepts_a_baseline(string pcrs) => Assert.Single(
        PolicyText.Load(PolicyText.Baseline("b", Fill(pcrs))).Baselines);

    [Theory]
    [InlineData("validFrom: 2026-09-01T00:00:00Z, validUntil: 2026-09-01T00:00:00Z,")]
    [InlineData("validFrom: 2026-09-01,")]
    [InlineData("validFrom: 2026-09-01T00:00:00,")]
    [InlineData("validFrom: 2026-09-01T00:00:00+02:00,")]
    [InlineData("validUntil: 2026-13-01T00:00:00Z,")]
    public void Refuses_a_window_that_is_none(string window) => Assert.NotEmpty(
        PolicyText.Errors(PolicyText.Baseline("b", Fill("7: \"{A}\""), window)));

    [Fact]
    public void Gathers_every_error_of_the_whole_set()
    {
        var first = PolicyText.Good
            .Replace("pcr: 7", "pcr: 16", StringComparison.Ordinal)
            .Replace("mode: enforce", "mode: off", StringComparison.Ordinal);
        var errors = PolicyText.Errors(first, "[", PolicyText.Good, PolicyText.Good);

        Assert.Equal(["1.yaml", "1.yaml", "2.yaml", "3.yaml", "4.yaml"], errors.Select(error => error.File));
        Assert.Contains("is in 1.yaml already", errors[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_and_a_baseline_may_share_a_name_but_not_two_baselines()
    {
        var baseline = PolicyText.Baseline("web-tier", Fill("7: \"{A}\""));
        Assert.Single(PolicyText.Load(PolicyText.Good, baseline).Baselines);
        Assert.Contains("already", Assert.Single(PolicyText.Errors(baseline, baseline)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Warns_of_any_genuine_tpm_and_of_a_missing_baseline()
    {
        var any = PolicyText.Good
            .Replace("labels: { role: web }", "anyGenuineTpm: true", StringComparison.Ordinal)
            .Replace("trust: [ek-certificate, pre-registered]", "trust: [ek-certificate]", StringComparison.Ordinal)
            .Replace("    bank: sha256", "    baselines: [\"debian-12/*\"]", StringComparison.Ordinal);
        var warnings = PolicyText.Load(any).Warnings;
        Assert.Equal(2, warnings.Count);
        Assert.All(warnings, warning => Assert.True(warning.Line > 0));
    }

    [Fact]
    public void Every_verb_of_keys_and_of_secrets_is_accepted()
    {
        var policy = Assert.Single(PolicyText.Load(PolicyText.Good
            .Replace("[create, read, sign, rotate]", $"[{string.Join(", ", Verb.For(ResourceKind.Key))}]", StringComparison.Ordinal)
            .Replace("[release]", $"[{string.Join(", ", Verb.For(ResourceKind.Secret))}]", StringComparison.Ordinal)).Policies);
        Assert.Equal([15, 3], policy.Grants.Select(grant => grant.Verbs.Length));
    }

    private static string Fill(string text) => text
        .Replace("{A}", PolicyText.A, StringComparison.Ordinal)
        .Replace("{0}", new string('0', 64), StringComparison.Ordinal);

    /// <summary>[POL-20] The word that was probably meant.</summary>
    [Theory]
    [InlineData("mode: enforce", "mode: enforced", "enforce")]
    [InlineData("    labels:", "    lables:", "labels")]
    [InlineData("tokenLifetime:", "tokenLifeTime:", "tokenLifetime")]
    [InlineData("kind: Policy", "kind: policy", "Policy")]
    [InlineData("allow: [release]", "allow: [relase]", "release")]
    [InlineData("  grants:", "  eventLog: { require: [ { secureboot: enabled } ] }\n  grants:", "secureBoot")]
    public void Says_what_was_probably_meant(string from, string to, string meant)
    {
        var error = Assert.Single(PolicyText.Errors(PolicyText.Good.Replace(from, to, StringComparison.Ordinal)));
        Assert.Equal(meant, error.Meant);
        Assert.EndsWith($"did you mean '{meant}'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_kind_does_not_hide_what_else_is_wrong()
    {
        var text = PolicyText.Good.Replace("kind: Policy", "kind: Polici", StringComparison.Ordinal)
            .Replace("pcr: 7", "pcr: 16", StringComparison.Ordinal);
        Assert.Equal(2, PolicyText.Errors(text).Count);
        Assert.Equal(2, PolicyText.Errors(text.Replace("kind: Polici\n", "", StringComparison.Ordinal)).Count);
    }
}
