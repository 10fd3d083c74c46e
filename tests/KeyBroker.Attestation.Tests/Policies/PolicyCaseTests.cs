using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Testing;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

/// <summary>[TRY-1] to [TRY-4]: cases beside the policies, and what they say of them.</summary>
public sealed class PolicyCaseTests : IDisposable
{
    private const string Terms = """
            - { keys: ["web/records"], allow: [encrypt, decrypt], aad: "row-7" }
            - { keys: ["web/signer"], allow: [sign], algorithms: [ES256], maxUses: 5 }
            - { keys: ["web/limited"], allow: [sign], freshness: { token: 2m } }
            - { secrets: ["web/disk-key"], allow: [release], freshness: request, recipient: tpm }
            - { secrets: ["web/sealed-up"], allow: [release], to: enc }
            - { keys: ["web/own"], allow: [rotate], ownerOnly: true }
            - { keys: ["web/bound"], allow: [sign], proofKey: tpm }
            - { keys: ["web/next"], allow: [sign], notBefore: 2026-12-01T00:00:00Z }

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-cases-");

    public PolicyCaseTests() => Write("web-tier.yaml", PolicyText.Good);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Passes_where_everything_is_as_expected() => Assert.Empty(Failures($$"""
        registers: { sha256: { 7: "{{PolicyText.A}}" } }
        expect:
          decision: allowed
          policies: [web-tier]
          observed: []
          may: [ { key: web/signer, verbs: [sign, rotate] }, { secret: web/db-password, verbs: [release] } ]
          mayNot: [ { key: web/signer, verbs: [decrypt] }, { key: db/signer, verbs: [sign] } ]
        """));

    [Fact]
    public void Passes_a_denial_for_the_expected_reason() => Assert.Empty(Failures($$"""
        registers: { sha256: { 7: "{{new string('c', 64)}}" } }
        expect: { decision: denied, policies: [], reasons: [ { policy: web-tier, code: policy-pcr, pcr: 7 } ], mayNot: [ { key: web/signer, verbs: [sign] } ] }
        """));

    [Theory]
    [InlineData("decision: denied", "decision", "denied", "allowed")]
    [InlineData("decision: allowed, policies: []", "policies", "none", "web-tier")]
    [InlineData("decision: allowed, observed: [x]", "observed", "x", "none")]
    [InlineData("decision: allowed, reasons: [ { code: policy-pcr, pcr: 7 } ]", "reasons", "policy-pcr PCR 7", "none")]
    [InlineData("decision: allowed, may: [ { key: web/signer, verbs: [decrypt] } ]", "may", "decrypt key web/signer", "not granted")]
    [InlineData("decision: allowed, mayNot: [ { key: web/signer, verbs: [sign] } ]", "mayNot", "sign key web/signer", "granted")]
    public void Says_what_was_expected_and_what_there_was(string expect, string what, string expected, string actual)
    {
        var failure = Assert.Single(Failures($"registers: {{ sha256: {{ 7: \"{PolicyText.A}\" }} }}\nexpect: {{ {expect} }}"));

        Assert.Equal(new PolicyTestFailure(what, expected, actual), failure);
    }

    [Theory]
    [InlineData("key: web/records, verbs: [decrypt], aad: row-7", true)]
    [InlineData("key: web/records, verbs: [decrypt], aad: { equals: cm93LTc }", true)]
    [InlineData("key: web/records, verbs: [decrypt], aad: row-8", false)]
    [InlineData("key: web/records, verbs: [decrypt], aad: { none: true }", false)]
    [InlineData("key: web/records, verbs: [decrypt], to: clear", true)]
    [InlineData("key: web/signer, verbs: [sign]", true)]
    [InlineData("key: web/signer, verbs: [sign], algorithm: ES256, used: 4", true)]
    [InlineData("key: web/signer, verbs: [sign], algorithm: PS256", false)]
    [InlineData("key: web/signer, verbs: [sign], used: 5", false)]
    [InlineData("key: web/limited, verbs: [sign], tokenAge: 119s", true)]
    [InlineData("key: web/limited, verbs: [sign], tokenAge: 2m", false)]
    [InlineData("secret: web/disk-key, verbs: [release], quotedForRequest: true, to: tpm", true)]
    [InlineData("secret: web/disk-key, verbs: [release], quotedForRequest: true, to: enc", false)]
    [InlineData("secret: web/disk-key, verbs: [release], quotedForRequest: false, to: tpm", false)]
    [InlineData("secret: web/sealed-up, verbs: [release], to: enc", true)]
    [InlineData("secret: web/sealed-up, verbs: [release], to: clear", false)]
    [InlineData("key: web/own, verbs: [rotate], createdBy: self", true)]
    [InlineData("key: web/own, verbs: [rotate], createdBy: administrator", false)]
    [InlineData("key: web/own, verbs: [rotate], createdBy: sha256-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("key: web/bound, verbs: [sign]", true)]
    [InlineData("key: web/bound, verbs: [sign], proofKey: tpm", true)]
    [InlineData("key: web/bound, verbs: [sign], proofKey: software", false)]
    [InlineData("key: web/limited, verbs: [sign], proofKey: software", true)]
    [InlineData("key: web/next, verbs: [sign]", false)]
    public void A_use_is_held_against_the_terms_that_the_case_says_something_of(string use, bool isGranted)
    {
        Write("web-tier.yaml", PolicyText.Good[..PolicyText.Good.IndexOf("    - { keys", StringComparison.Ordinal)] + Terms);
        var (right, wrong) = isGranted ? ("may", "mayNot") : ("mayNot", "may");

        Assert.Empty(Failures($"registers: {{ sha256: {{ 7: \"{PolicyText.A}\" }} }}\nexpect: {{ decision: allowed, {right}: [ {{ {use} }} ] }}"));
        Assert.Single(Failures($"registers: {{ sha256: {{ 7: \"{PolicyText.A}\" }} }}\nexpect: {{ decision: allowed, {wrong}: [ {{ {use} }} ] }}"));
    }

    [Theory]
    [InlineData("key: web/signer, verbs: [sign], aad: row-7", "a grant of its own")]
    [InlineData("key: web/signer, verbs: [decrypt], algorithm: ES256", "a grant of its own")]
    [InlineData("key: web/signer, verbs: [sign], algorithm: HS256", "none of")]
    [InlineData("key: web/signer, verbs: [decrypt], aad: { none: false }", "{ none: true }")]
    [InlineData("key: web/signer, verbs: [sign], createdBy: somebody", "none of")]
    [InlineData("key: web/signer, verbs: [sign], to: anywhere", "none of")]
    [InlineData("key: web/signer, verbs: [sign], proofKey: file", "none of")]
    [InlineData("key: web/signer, verbs: [sign], usedBefore: 4", "unknown member")]
    public void What_no_call_can_say_is_refused(string use, string message)
    {
        WriteCase($"registers: {{}}\nexpect: {{ decision: allowed, may: [ {{ {use} }} ] }}");
        Assert.Contains(
            Assert.Throws<PolicyException>(() => PolicyTests.Load(_folder.FullName)).Errors,
            error => error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Takes_evidence_and_logs_from_files()
    {
        var boot = BootLog.Honest();
        Write("secure.yaml", PolicyText.Good
            .Replace("web-tier", "secure", StringComparison.Ordinal)
            .Replace("  pcrs:", "  eventLog: { require: [ { secureBoot: enabled } ] }\n  pcrs:", StringComparison.Ordinal)
            .Replace(PolicyText.A, Convert.ToHexStringLower(boot.Registers()[7]), StringComparison.Ordinal));
        var registers = string.Join(',', boot.Registers().Select(register => $"\"{register.Key}\":\"{Convert.ToHexStringLower(register.Value)}\""));
        Write("boot.json", $"{{\"sha256\":{{{registers}}}}}");
        File.WriteAllBytes(Path.Combine(_folder.FullName, "boot.bin"), boot.ToBytes());
        File.WriteAllBytes(Path.Combine(_folder.FullName, "broken.bin"), boot.ToBytes()[..^1]);

        Assert.Empty(Failures("evidence: boot.json\neventLog: boot.bin\nexpect: { decision: allowed, policies: [secure] }"));
        Assert.Empty(Failures("evidence: boot.json\nexpect: { decision: denied, reasons: [ { policy: secure, code: policy-event } ] }"));
        Assert.Empty(Failures("evidence: boot.json\neventLog: broken.bin\nexpect: { decision: denied, reasons: [ { code: event-log } ] }"));
    }

    [Fact]
    public void Takes_what_verifiers_are_stated_to_say()
    {
        Write("vouched.yaml", """
            apiVersion: keybroker/v1
            kind: Policy
            metadata: { name: vouched }
            spec:
              machines: { verifiers: [maa] }
              results: [ { verifier: maa, status: affirming, claims: { svn: { atLeast: 3 }, /a/b: x } } ]
              grants: []
            """);
        const string Caller = "machine: { verifier: maa }\nresults: [ { verifier: maa, status: affirming, claims: { svn: SVN, a: { b: x } } } ]\n";
        Assert.Empty(Failures(Caller.Replace("SVN", "3", StringComparison.Ordinal) + "expect: { decision: allowed, policies: [vouched] }"));
        Assert.Empty(Failures(Caller.Replace("SVN", "2", StringComparison.Ordinal) + "expect: { decision: denied, reasons: [ { policy: vouched, code: policy-result } ] }"));
        Assert.Empty(Failures(Caller.Replace("SVN", "\"3\"", StringComparison.Ordinal) + "expect: { decision: denied, policies: [] }"));
        Assert.Empty(Failures("machine: { verifier: eu }\nresults: [ { verifier: eu } ]\nexpect: { decision: denied }"));
    }

    [Theory]
    [InlineData("results: []\nexpect: { decision: allowed }", "an empty list")]
    [InlineData("results: [ { verifier: a }, { verifier: a } ]\nexpect: { decision: allowed }", "gives two results")]
    [InlineData("expect: { decision: allowed }", "'evidence', a file, or 'registers'")]
    [InlineData("evidence: nowhere.json\nexpect: { decision: allowed }", "cannot be read")]
    [InlineData("evidence: web-tier.yaml\nexpect: { decision: allowed }", "not one JSON value")]
    [InlineData("registers: { sha256: { 7: \"ab\" } }\nexpect: { decision: allowed }", "64 lower-case hex digits")]
    [InlineData("registers: {}\nexpect: { decision: alowed }", "did you mean 'allowed'?")]
    [InlineData("registers: {}\nexpect: { decision: allowed, reasons: [ { code: policy-pcrs } ] }", "did you mean 'policy-pcr'?")]
    [InlineData("registers: {}\nexpect: { decision: allowed, may: [ { verbs: [sign] } ] }", "'key' or 'secret'")]
    [InlineData("registers: {}", "'expect' is missing")]
    public void Refuses_a_case_that_says_too_little(string body, string message)
    {
        WriteCase(body);
        var errors = Assert.Throws<PolicyException>(() => PolicyTests.Load(_folder.FullName)).Errors;
        Assert.Contains(errors, error => error.File == "web.test.yaml" && error.Line > 1 && error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Cases_are_no_policies()
    {
        WriteCase("nonsense: 1");
        Assert.Single(PolicySet.Load(_folder.FullName).Policies);
    }

    private IReadOnlyList<PolicyTestFailure> Failures(string body)
    {
        WriteCase(body);
        var tried = Assert.Single(PolicyTests.Load(_folder.FullName));
        return PolicyTestResult.Of(tried, PolicySet.Load(_folder.FullName), PolicyText.Now).Failures;
    }

    private void WriteCase(string body) => Write("web.test.yaml", $$"""
        apiVersion: keybroker/v1
        kind: PolicyTest
        metadata: { name: web }
        spec:
          cases:
            - name: one
              {{(body.StartsWith("machine:", StringComparison.Ordinal) ? "" : "machine: { labels: { role: web } }")}}
              {{body.Replace("\n", "\n      ", StringComparison.Ordinal)}}
        """);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}
