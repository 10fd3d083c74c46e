using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Testing;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

/// <summary>[TRY-1] to [TRY-4]: cases beside the policies, and what they say of them.</summary>
public sealed class PolicyCaseTests : IDisposable
{
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
