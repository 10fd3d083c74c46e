using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Cli;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>BRA-30 to BRA-32: a client with a requirement sends nothing to any other broker, and believes no other keys.</summary>
public sealed class RequiredBrokerTests(WatchedBroker watched) : IClassFixture<WatchedBroker>, IDisposable
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string[] Required => ["--require-broker", watched.Required];

    public void Dispose() => watched.Proxy.Change = (_, answer) => answer;

    [Fact]
    public async Task The_broker_that_is_required_is_asked_first_and_then_served_as_ever()
    {
        watched.Proxy.TakeSeen();
        await watched.DoAsync(["attest", .. Required]);
        Assert.Equal([RecordingProxy.Question, "POST /v1/challenges", "POST /v1/attestations"], watched.Proxy.TakeSeen());

        // Also before the token that is kept is shown; and no keys are fetched, for those that count are known.
        await watched.DoAsync(["key", "create", "web/required", .. Required]);
        Assert.Equal([RecordingProxy.Question, "POST /v1/keys"], watched.Proxy.TakeSeen());
        await watched.DoAsync(["key", "sign", "web/required", "--message", "hello", "--fresh", .. Required]);
        Assert.Equal(RecordingProxy.Question, watched.Proxy.TakeSeen()[0]);

        var byVariable = new CommandRun { Environment = new Dictionary<string, string> { ["KEYBROKER_REQUIRE_BROKER"] = watched.Required } };
        var ran = await byVariable.RunAsync(
            "key", "list", "--broker", watched.Proxy.Url, "--tpm", watched.Machine.Tpm.Tcti, "--state", watched.Machine.State);
        Assert.True(ran.ExitCode == ExitCode.Done, ran.Error);
        Assert.Equal(RecordingProxy.Question, watched.Proxy.TakeSeen()[0]);
    }

    [Fact]
    public async Task An_endorsement_key_is_shown_by_a_second_question()
    {
        var file = Path.Combine(watched.Machine.State, "endorsed.yaml");
        await watched.DoAsync("broker", "pin", "--out", file, "--endorsement", "--force");
        var text = await File.ReadAllTextAsync(file, Cancellation);
        await File.WriteAllTextAsync(file, string.Join('\n', text.Split('\n').Where(line => !line.Contains("attestationKeys", StringComparison.Ordinal))), Cancellation);
        watched.Proxy.TakeSeen();
        await watched.DoAsync("attest", "--require-broker", file);
        Assert.Equal([RecordingProxy.Question, RecordingProxy.Question], watched.Proxy.TakeSeen().Take(2));

        // Without the proof of the second question it is worth nothing, also offline.
        await IsRefusedAsync("broker-endorsement", file, answer => Edit(answer, json => json.Remove("activated")));
        var other = Path.Combine(watched.Machine.State, "other-ek.yaml");
        await File.WriteAllTextAsync(other, System.Text.RegularExpressions.Regex.Replace(
            await File.ReadAllTextAsync(file, Cancellation), "sha256-[0-9a-f]{64}", "sha256-" + new string('0', 64)), Cancellation);
        await IsRefusedAsync("broker-endorsement", other);
        var kept = Path.Combine(watched.Machine.State, "kept.json");
        await watched.DoAsync("broker", "attest", "--out", kept);
        var offline = await watched.RunAsync("verify", "broker-attestation", kept, "--require", file);
        Assert.Equal(ExitCode.Denied, offline.ExitCode);
        Assert.Contains("only by asking the broker", offline.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_in_another_state_or_by_another_name_or_key_gets_nothing()
    {
        await IsRefusedAsync("policy-pcr", await watched.RequireOtherwiseAsync("(?<=pcr: 4, .*)[0-9a-f]{64}", new string('a', 64)));
        await IsRefusedAsync("broker-issuer", await watched.RequireOtherwiseAsync(watched.Proxy.Url, "http://elsewhere:1"));
        await IsRefusedAsync("broker-key", await watched.RequireOtherwiseAsync("000b[0-9a-f]{64}", "000b" + new string('0', 64)));
        await IsRefusedAsync("policy-event", await watched.RequireOtherwiseAsync("  pcrs:", "  eventLog: { require: [ { secureBoot: enabled } ] }\n  pcrs:"));
    }

    [Fact]
    public async Task Another_broker_at_the_same_address_gets_nothing()
    {
        await using var other = await BrokerProcess.StartAsync($"--KeyBroker:Issuer={watched.Proxy.Url}", "--KeyBroker:RateLimits:BrokerAttestationsPerMinute=100000");
        watched.Proxy.Target = other.Url;
        try
        {
            await IsRefusedAsync("broker-key", watched.Required);
            Assert.Contains("policy-pcr", (await watched.RunAsync(["attest", .. Required])).Error, StringComparison.Ordinal);

            // What is true of the right one does not help the other.
            var kept = Path.Combine(watched.Machine.State, "right.json");
            watched.Proxy.Target = watched.Broker.Url;
            await watched.DoAsync("broker", "attest", "--out", kept);
            var right = JsonNode.Parse(await File.ReadAllTextAsync(kept, Cancellation))!["evidence"]!;
            watched.Proxy.Target = other.Url;
            await IsRefusedAsync("quote-signature", watched.Required, answer => Edit(answer, json => json["ak"] = right["ak"]!.DeepClone()));
            await IsRefusedAsync("quote-binding", watched.Required, _ => Encoding.UTF8.GetBytes(right.ToJsonString()));
        }
        finally
        {
            watched.Proxy.Target = watched.Broker.Url;
        }
    }

    [Fact]
    public async Task An_answer_that_was_changed_gets_nothing()
    {
        await IsRefusedAsync("quote-binding", watched.Required, answer => Edit(answer, json =>
        {
            var jwks = JsonNode.Parse(Base64Url.Decode(json["jwks"]!.GetValue<string>()))!;
            jwks["keys"]!.AsArray().RemoveAt(0);
            json["jwks"] = Base64Url.Encode(Encoding.UTF8.GetBytes(jwks.ToJsonString()));
        }));
        await IsRefusedAsync("pcr-digest", watched.Required, answer => Edit(answer, json => json["pcrs"]!["sha256"]!["4"] = new string('a', 64)));
        await IsRefusedAsync("pcr-selection", watched.Required, answer => Edit(answer, json => json["pcrs"]!["sha256"]!.AsObject().Remove("4")));
        await IsRefusedAsync("event-log", watched.Required, answer => Edit(answer, json => json["eventLog"] = "AAAA"));
        foreach (var member in new[] { "ak", "ek", "quote", "pcrs", "jwks" })
        {
            await IsRefusedAsync("broker-malformed", watched.Required, answer => Edit(answer, json => json.Remove(member)));
        }

        await IsRefusedAsync("broker-malformed", watched.Required, answer => answer[..^1]);
        await IsRefusedAsync("broker-malformed", watched.Required, answer => [.. answer, .. answer]);
        await IsRefusedAsync("broker-malformed", watched.Required, _ => []);
        await IsRefusedAsync("broker-malformed", watched.Required, answer => Edit(answer, json => json["more"] = 1));
    }

    [Theory]
    [InlineData(404, ExitCode.Denied)]
    [InlineData(302, ExitCode.Denied)]
    [InlineData(500, ExitCode.Denied)]
    [InlineData(429, ExitCode.Unreachable)]
    [InlineData(503, ExitCode.Unreachable)]
    public async Task A_broker_that_does_not_say_gets_nothing(int status, int exitCode)
    {
        watched.Proxy.Change = (line, answer) => line == RecordingProxy.Question ? (status, answer.Body) : answer;
        foreach (var command in Commands())
        {
            watched.Proxy.TakeSeen();
            Assert.Equal(exitCode, (await watched.RunAsync([.. command, .. Required])).ExitCode);
            Assert.Equal([RecordingProxy.Question], watched.Proxy.TakeSeen());
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_lets_nothing_out()
    {
        watched.Proxy.TakeSeen();
        var wrong = await watched.RequireOtherwiseAsync("kind: Broker", "kind: Brokers");
        foreach (var file in new[] { "/nowhere/broker.yaml", wrong })
        {
            Assert.Equal(ExitCode.Denied, (await watched.RunAsync("attest", "--require-broker", file)).ExitCode);
        }

        Assert.Empty(watched.Proxy.TakeSeen());
    }

    /// <summary>Whoever can answer in place of the broker after the question has still not its keys.</summary>
    [Fact]
    public async Task A_result_by_other_keys_than_those_that_were_vouched_for_is_refused()
    {
        await watched.DoAsync(["attest", .. Required]);
        await watched.DoAsync(["key", "create", "web/vouched", .. Required]);
        using var theirs = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        watched.Proxy.Change = (line, answer) => line.StartsWith("GET /v1/keys", StringComparison.Ordinal)
            ? (200, Encoding.ASCII.GetBytes(CompactJws.Parse(Encoding.ASCII.GetString(answer.Body)).SignedBy(theirs)))
            : answer;
        var refused = await watched.RunAsync(["key", "show", "web/vouched", .. Required]);
        Assert.Equal(ExitCode.Denied, refused.ExitCode);
        Assert.Contains("signature is wrong", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_kept_is_checked_without_the_broker()
    {
        var kept = Path.Combine(watched.Machine.State, "broker.json");
        await watched.DoAsync(["broker", "attest", "--out", kept, .. Required]);
        watched.Proxy.TakeSeen();
        var shown = JsonNode.Parse(await watched.DoAsync("verify", "broker-attestation", kept, "--require", watched.Required, "--output", "json"))!;
        Assert.True(shown["valid"]!.GetValue<bool>());
        Assert.Equal(watched.Proxy.Url, shown["issuer"]!.GetValue<string>());

        var refused = await watched.RunAsync("verify", "broker-attestation", kept, "--nonce", new string('A', 43));
        Assert.Equal(ExitCode.Denied, refused.ExitCode);
        Assert.Contains("quote-binding", refused.Error, StringComparison.Ordinal);
        var otherwise = await watched.RequireOtherwiseAsync(watched.Proxy.Url, "http://elsewhere:1");
        Assert.Contains("broker-issuer", (await watched.RunAsync("verify", "broker-attestation", kept, "--require", otherwise)).Error, StringComparison.Ordinal);
        Assert.Empty(watched.Proxy.TakeSeen());
    }

    private static string[][] Commands() =>
        [["enroll", "web-1"], ["attest"], ["key", "list"], ["secret", "put", "web/s", "--value", "x"], ["key", "list", "--fresh"]];

    private static byte[] Edit(byte[] answer, Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(answer)!.AsObject();
        edit(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    /// <summary>Every command ends with this reason, and the broker saw its questions only.</summary>
    private async Task IsRefusedAsync(string reason, string file, Func<byte[], byte[]>? change = null)
    {
        watched.Proxy.Change = (line, answer) => line == RecordingProxy.Question && change is not null ? (answer.Status, change(answer.Body)) : answer;
        foreach (var command in Commands())
        {
            watched.Proxy.TakeSeen();
            var ran = await watched.RunAsync([.. command, "--require-broker", file]);
            Assert.True(ran.ExitCode == ExitCode.Denied, $"{reason}: {ran.ExitCode} {ran.Error}");
            Assert.Contains(reason, ran.Error, StringComparison.Ordinal);
            Assert.All(watched.Proxy.TakeSeen(), line => Assert.Equal(RecordingProxy.Question, line));
        }

        watched.Proxy.Change = (_, answer) => answer;
    }
}
