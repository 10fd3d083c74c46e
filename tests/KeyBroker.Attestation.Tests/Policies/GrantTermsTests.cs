using System.Text.Json;
using KeyBroker.Attestation.Policies;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

/// <summary>How the terms of grants are read (POL-50 to POL-57).</summary>
public sealed class GrantTermsTests
{
    private const string MachineA = "sha256-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string MachineB = "sha256-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    private const string Verbs = "[create, read, sign, rotate]";

    [Fact]
    public void Terms_are_read()
    {
        var terms = Terms("[sign], algorithms: [ES256, PS256], maxUses: 5, notBefore: 2026-01-01T00:00:00Z, notAfter: 2026-02-01T00:00:00Z, freshness: { token: 2m }, createdBy: self");
        Assert.Equal(["ES256", "PS256"], terms.Algorithms);
        Assert.Equal((5, TimeSpan.FromMinutes(2), true, false), (terms.MaxUses, terms.TokenAge, terms.Makers is ["self"], terms.ForThisRequest));
        Assert.True(Terms("[sign], freshness: request").ForThisRequest);
        Assert.Equal((true, false), (Terms("[sign], proofKey: tpm").ProofKeyInTpm, Terms("[sign]").ProofKeyInTpm));
        Assert.Equal("row-7"u8.ToArray(), Terms("[encrypt], aad: row-7").Aad!.Value);
        Assert.Equal("row-7"u8.ToArray(), Terms("[encrypt], aad: { equals: cm93LTc }").Aad!.Value);
    }

    [Theory]
    [InlineData("2025-12-31T23:59:59Z", false)]
    [InlineData("2026-01-01T00:00:00Z", true)]
    [InlineData("2026-01-31T23:59:59Z", true)]
    [InlineData("2026-02-01T00:00:00Z", false)]
    public void A_window_has_its_beginning_and_not_its_end(string now, bool isInForce) => Assert.Equal(
        isInForce,
        Terms("[sign], notBefore: 2026-01-01T00:00:00Z, notAfter: 2026-02-01T00:00:00Z").IsInForceAt(DateTimeOffset.Parse(now, null)));

    [Theory]
    [InlineData("[sign], aad: row-7", "a grant of its own")]
    [InlineData("[encrypt, sign], aad: row-7", "a grant of its own")]
    [InlineData("[encrypt], aad: ''", "1 to 1024")]
    [InlineData("[encrypt], aad: 7", "this is a text")]
    [InlineData("[encrypt], aad: {}", "'equals' is missing")]
    [InlineData("[encrypt], aad: { equals: \"cm93LTd\" }", "base64url")]
    [InlineData("[encrypt], aad: { equals: \"cm93LTc=\" }", "base64url")]
    [InlineData("[encrypt], algorithms: [ES256]", "a grant of its own")]
    [InlineData("[sign], algorithms: []", "an empty list")]
    [InlineData("[sign], algorithms: [HS256]", "none of")]
    [InlineData("[sign], maxUses: 0", "at least 1")]
    [InlineData("[sign], maxUses: -1", "decimal number")]
    [InlineData("[sign], maxUses: '5'", "decimal number")]
    [InlineData("[sign], notBefore: 2026-01-01", "RFC 3339")]
    [InlineData("[sign], notBefore: 2026-01-01T00:00:00Z, notAfter: 2026-01-01T00:00:00Z", "grants nothing")]
    [InlineData("[sign], freshness: token", "none of")]
    [InlineData("[sign], freshness: { token: soon }", "not a duration")]
    [InlineData("[sign], freshness: {}", "'token' is missing")]
    [InlineData("[sign], proofKey: software", "none of")]
    [InlineData("[sign], proofKey: true", "this is a text")]
    [InlineData("[sign], proofkey: tpm", "did you mean 'proofKey'")]
    [InlineData("[sign], createdBy: other", "none of")]
    [InlineData("[sign], createdBy: []", "an empty list")]
    [InlineData("[sign], createdBy: [self, sha256-17]", "none of")]
    [InlineData("[sign], createdBy: self, ownerOnly: true", "one of the two")]
    [InlineData("[sign], createdBy: self, ownerOnly: false", "one of the two")]
    [InlineData("[sign], ownerOnly: self", "true or false")]
    [InlineData("[sign], maxuses: 5", "did you mean 'maxUses'")]
    public void Terms_that_say_nothing_are_refused(string allow, string says) =>
        Assert.Contains(PolicyText.Errors(With(allow)), error => error.Message.Contains(says, StringComparison.Ordinal));

    [Fact]
    public void A_maker_is_the_one_who_asks_or_is_named()
    {
        Assert.Equal(Terms("[sign], createdBy: self").Makers, Terms("[sign], ownerOnly: true").Makers);
        Assert.Empty(Terms("[sign], ownerOnly: false").Makers);
        var named = Terms($"[sign], createdBy: [self, {MachineA}]");
        Assert.True(named.IsAboutWhatWasMadeBy(MachineA, MachineB));
        Assert.True(named.IsAboutWhatWasMadeBy(MachineB, MachineB));
        Assert.False(named.IsAboutWhatWasMadeBy("uid:0", MachineB));
        Assert.False(named.IsAboutWhatWasMadeBy(null, MachineB));
        Assert.False(Terms($"[sign], createdBy: {MachineA}").IsAboutWhatWasMadeBy(MachineB, MachineB));
    }

    [Fact]
    public void To_look_is_not_counted_which_is_warned_of()
    {
        Assert.Contains("to look is not counted", Assert.Single(PolicyText.Load(With("[read, sign], maxUses: 5")).Warnings).Message, StringComparison.Ordinal);
        Assert.Empty(PolicyText.Load(With("[sign], maxUses: 5")).Warnings);
    }

    [Theory]
    [InlineData("2026-01-31T23:59:59Z", 0)]
    [InlineData("2026-02-01T00:00:00Z", 1)]
    public void A_window_that_has_ended_is_warned_of(string now, int warnings)
    {
        var set = PolicyText.Load(With("[sign], notAfter: 2026-02-01T00:00:00Z"));
        Assert.Empty(set.Warnings);
        Assert.Equal(warnings, set.WarningsAt(DateTimeOffset.Parse(now, null)).Count(warning => warning.Message.Contains("has passed", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("keys: [web/a], allow: [decrypt], to: enc", "decrypt", "the bytes all the same")]
    [InlineData("keys: [\"web/**\"], allow: [encrypt, decrypt]", "decrypt", "without a number")]
    [InlineData("keys: [web/a], allow: [decrypt], aad: row-7", "decrypt", "without a number")]
    [InlineData("keys: [web/a], allow: [decrypt], aad: row-8", null, "")]
    [InlineData("keys: [web/a], allow: [encrypt]", null, "")]
    [InlineData("keys: [web/b], allow: [decrypt]", null, "")]
    [InlineData("secrets: [web/a], allow: [release]", null, "")]
    public void A_number_that_binds_nobody_is_warned_of(string other, string? verb, string says)
    {
        var warnings = PolicyText.Load(With("[read]").Replace(
            "    - { secrets", $"    - {{ keys: [web/a], allow: [decrypt], aad: row-7, maxUses: 3 }}\n    - {{ {other} }}\n    - {{ secrets", StringComparison.Ordinal)).Warnings;
        if (verb is null)
        {
            Assert.Empty(warnings);
        }
        else
        {
            var message = Assert.Single(warnings).Message;
            Assert.Contains($"for '{verb}' on 'web/a'", message, StringComparison.Ordinal);
            Assert.Contains(says, message, StringComparison.Ordinal);
        }
    }

    /// <summary>POL-54.</summary>
    [Theory]
    [InlineData("keys: [web/a], allow: [decrypt], maxUses: 9", 1)]
    [InlineData("keys: [\"web/*\"], allow: [encrypt, decrypt], aad: row-8, maxUses: 3", 1)]
    [InlineData("keys: [web/a], allow: [encrypt], maxUses: 9", 0)]
    [InlineData("keys: [web/b], allow: [decrypt], maxUses: 9", 0)]
    [InlineData("secrets: [web/a], allow: [release], maxUses: 9", 0)]
    public void Two_numbers_that_are_counted_together_are_warned_of(string other, int warnings)
    {
        var found = PolicyText.Load(With("[read]").Replace(
            "    - { secrets", $"    - {{ keys: [web/a], allow: [decrypt], aad: row-7, maxUses: 3 }}\n    - {{ {other} }}\n    - {{ secrets", StringComparison.Ordinal)).Warnings;
        Assert.Equal(warnings, found.Count(warning => warning.Message.Contains("together with an earlier grant", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("[sign, sign]", "'sign'")]
    [InlineData("[sign], algorithms: [ES256, PS256, ES256]", "'ES256'")]
    public void What_is_named_twice_is_warned_of(string allow, string named) =>
        Assert.Contains($"{named} is named more than once", Assert.Single(PolicyText.Load(With(allow)).Warnings).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("keys: [web/a], allow: [sign]", 0)]
    [InlineData("keys: [web/a, web/b], allow: [sign]", 1)]
    [InlineData("keys: [\"web/*\"], allow: [sign]", 1)]
    [InlineData("keys: [web/a], allow: [decrypt, unwrap]", 1)]
    public void A_quote_for_a_request_that_serves_several_is_warned_of(string grant, int warnings) => Assert.Equal(
        warnings,
        PolicyText.Load(With("[read]").Replace("    - { secrets", $"    - {{ {grant}, freshness: request }}\n    - {{ secrets", StringComparison.Ordinal)).Warnings.Count);

    [Fact]
    public void The_schema_has_the_terms_of_the_code()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.Path("policies", "schema", "policy.schema.json")));
        var definitions = schema.RootElement.GetProperty("$defs");
        string[] common = ["allow", "createdBy", "freshness", "maxUses", "notAfter", "notBefore", "ownerOnly", "proofKey", "recipient", "to"];
        Assert.Equal([.. common.Append("keys").Append("aad").Append("algorithms").Order(StringComparer.Ordinal)], Members("keyGrant"));
        Assert.Equal([.. common.Append("secrets").Order(StringComparer.Ordinal)], Members("secretGrant"));

        string[] Members(string grant) => [.. definitions.GetProperty(grant).GetProperty("properties").EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];
    }

    private static GrantTerms Terms(string allow) => PolicyText.Load(With(allow)).Policies[0].Grants[0].Terms;

    private static string With(string allow) => PolicyText.Good.Replace(Verbs, allow, StringComparison.Ordinal);
}
