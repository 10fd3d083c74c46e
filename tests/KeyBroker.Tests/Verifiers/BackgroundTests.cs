using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using KeyBroker.Tests.Telemetry;
using WireMock.ResponseBuilders;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>VER-40 to VER-47: a verifier that is asked says yes, says no, or says nothing; only yes lets anybody in.</summary>
public sealed class BackgroundTests
{
    private static readonly string[] s_impatient = ["Timeout=5s", "AttemptTimeout=2s", "Retries=1"];

    public static TheoryData<string, Func<string, IResponseBuilder>, int, string> Answers => new()
    {
        { "500", result => FakeVerifier.Token(result).WithStatusCode(500), 503, "verifier-unavailable" },
        { "503", result => FakeVerifier.Token(result).WithStatusCode(503), 503, "verifier-unavailable" },
        { "429 for an hour", result => FakeVerifier.Token(result).WithStatusCode(429).WithHeader("Retry-After", "3600"), 503, "verifier-unavailable" },
        { "another host", result => FakeVerifier.Token(result).WithStatusCode(307).WithHeader("Location", "http://127.0.0.1:1/"), 503, "verifier-unavailable" },
        { "another type", result => FakeVerifier.Token(result).WithHeader("Content-Type", "text/plain"), 503, "verifier-unavailable" },
        { "no content", _ => Response.Create().WithStatusCode(204), 503, "verifier-unavailable" },
        { "half a character", result => FakeVerifier.Token($"{result.Split('.')[0]}.{Base64Url.Encode("""{"sub":"\ud800"}"""u8)}.{result.Split('.')[2]}"), 503, "verifier-unavailable" },
        { "garbage", _ => FakeVerifier.Token("garbage"), 503, "verifier-unavailable" },
        { "JSON without a result", _ => FakeVerifier.Json("""{"verdict":true}"""), 503, "verifier-unavailable" },
        { "a huge body", result => FakeVerifier.Token(result + new string(' ', 300_000)), 503, "verifier-unavailable" },
        { "too slow", result => FakeVerifier.Token(result).WithDelay(TimeSpan.FromSeconds(8)), 503, "verifier-unavailable" },
        { "401", result => FakeVerifier.Token(result).WithStatusCode(401), 503, "verifier-unavailable" },
        { "the evidence is bad", result => FakeVerifier.Token(result).WithStatusCode(422), 403, "attestation-denied" },
    };

    public static TheoryData<string, Action<JsonObject>?, Action<JsonObject>?> Results => new()
    {
        { "says no", claims => claims["submods"]!["TPM"]!["ear.status"] = "contraindicated", null },
        { "warns", claims => claims["submods"]!["TPM"]!["ear.status"] = "warning", null },
        { "expired", claims => claims["exp"] = ResultClaims.Now() - 1, null },
        { "not yet", claims => claims["nbf"] = ResultClaims.Now() + 90, null },
        { "another audience", claims => claims["aud"] = "other", null },
        { "another issuer", claims => claims["iss"] = "other", null },
        { "other evidence", claims => claims["eat_nonce"] = Base64Url.Encode(SHA256.HashData([1])), null },
        { "no algorithm", null, header => header["alg"] = "none" },
        { "unknown kid", null, header => header["kid"] = "other" },
        { "its own key", null, header => header["jku"] = "http://127.0.0.1:1/" },
    };

    [Theory, MemberData(nameof(Answers), DisableDiscoveryEnumeration = true)]
    public async Task No_answer_is_no_allow(string answer, Func<string, IResponseBuilder> respond, int status, string code)
    {
        Assert.NotEmpty(answer);
        await using var asked = await AskedVerifier.StartAsync("post", null, s_impatient);
        asked.Verifier.On("/asked", "POST", respond(asked.Result([1, 2, 3])));

        var refused = await asked.AttestAsync();
        refused.IsRefused(status, code, "policy-result");
        Assert.Equal(status == 503, refused.Headers.Contains("Retry-After", StringComparison.Ordinal));

        asked.Affirm();
        await asked.AllowedAsync();
    }

    [Theory, MemberData(nameof(Results), DisableDiscoveryEnumeration = true)]
    public async Task An_answer_that_does_not_count_is_a_denial(string result, Action<JsonObject>? edit, Action<JsonObject>? editHeader)
    {
        Assert.NotEmpty(result);
        await using var asked = await AskedVerifier.StartAsync();
        asked.Affirm(edit, editHeader);
        (await asked.AttestAsync()).IsRefused(403, "attestation-denied", "policy-result");

        asked.Affirm();
        await asked.AllowedAsync();
    }

    [Fact]
    public async Task Another_key_of_the_same_kid_is_a_denial()
    {
        await using var asked = await AskedVerifier.StartAsync();
        using var other = VerifierKeyPair.Es256("first");
        asked.Affirm(key: other);
        (await asked.AttestAsync()).IsRefused(403, "attestation-denied", "policy-result");
    }

    [Fact]
    public async Task A_503_and_then_a_result_lets_in_and_a_500_is_not_asked_again()
    {
        await using var asked = await AskedVerifier.StartAsync();
        var server = asked.Verifier.Server;
        server.Given(WireMock.RequestBuilders.Request.Create().WithPath("/asked").UsingPost()).AtPriority(int.MaxValue).InScenario("s").WillSetStateTo("up")
            .RespondWith(Response.Create().WithStatusCode(503));
        server.Given(WireMock.RequestBuilders.Request.Create().WithPath("/asked").UsingPost()).AtPriority(int.MaxValue).InScenario("s").WhenStateIs("up")
            .RespondWith(Response.Create().WithStatusCode(200).WithHeader("Content-Type", "application/jwt")
                .WithBody(request => asked.Result(AskedVerifier.RuntimeOf(request.Body))));
        await asked.AllowedAsync();
        Assert.Equal(2, asked.Asked);

        asked.Verifier.On("/asked", "POST", Response.Create().WithStatusCode(500));
        (await asked.AttestAsync()).IsRefused(503, "verifier-unavailable");
        Assert.Equal(3, asked.Asked);
    }

    [Fact]
    public async Task Nobody_is_asked_about_evidence_that_does_not_verify_or_cannot_hold()
    {
        await using var asked = await AskedVerifier.StartAsync();
        asked.Affirm();
        (await asked.AttestAsync(e => e with { SwapAttest = bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)] })).IsRefused(403, "attestation-denied", "quote-signature");
        (await asked.AttestAsync(e => e with { Nonce = new byte[64] })).IsRefused(403, "attestation-denied", "nonce-unknown");
        (await asked.AttestAsync(e => e with { Register = (_, _) => [.. Enumerable.Repeat((byte)0x99, 32)] })).IsRefused(403, "attestation-denied", "policy-pcr");
        Assert.Equal(0, asked.Asked);

        await asked.AllowedAsync();
        Assert.Equal(1, asked.Asked);
        var sent = JsonNode.Parse(asked.Verifier.Server.LogEntries.Single(entry => entry.RequestMessage.Path == "/asked").RequestMessage.Body!)!;
        Assert.Equal(["ak", "machine", "pcrs", "quote", "runtimeData"], sent.AsObject().Select(member => member.Key).Order());
    }

    [Fact]
    public async Task The_circuit_opens_and_closes_again()
    {
        var clock = new MovedClock();
        await using var asked = await AskedVerifier.StartAsync("post", clock, "Retries=0", "CircuitFailures=2", "CircuitBreak=20s");
        asked.Verifier.On("/asked", "POST", Response.Create().WithStatusCode(503));
        for (var failure = 0; failure < 2; failure++)
        {
            (await asked.AttestAsync()).IsRefused(503, "verifier-unavailable");
        }

        Assert.Equal(2, asked.Asked);
        Assert.Equal(Polly.CircuitBreaker.CircuitState.Open, asked.Circuit);
        Assert.Equal(["verifier=asked 2"], Gauge.Read(asked.Broker, "keybroker.verifier.circuit"));
        asked.Affirm();
        (await asked.AttestAsync()).IsRefused(503, "verifier-unavailable");
        Assert.Equal(2, asked.Asked); // It is left alone.

        clock.Pass(TimeSpan.FromSeconds(21));
        asked.Affirm(claims => (claims["iat"], claims["exp"]) = (ResultClaims.Now() + 20, ResultClaims.Now() + 200));
        await asked.AllowedAsync();
        Assert.Equal(Polly.CircuitBreaker.CircuitState.Closed, asked.Circuit);
    }

    [Fact]
    public async Task A_verifier_that_is_down_makes_the_broker_unready_only_where_it_must_be_there()
    {
        await using var optional = await AskedVerifier.StartAsync("post", null, "Retries=0", "CircuitFailures=2");
        await using var required = await AskedVerifier.StartAsync("post", null, "Retries=0", "CircuitFailures=2", "Required=true");
        foreach (var asked in new[] { optional, required })
        {
            asked.Verifier.On("/asked", "POST", Response.Create().WithStatusCode(503));
            _ = await asked.AttestAsync();
            _ = await asked.AttestAsync();
        }

        var ready = JsonNode.Parse(await optional.Broker.Tcp.GetStringAsync("/readyz", TestContext.Current.CancellationToken))!;
        Assert.Equal("unavailable", ready["verifiers"]!["asked"]!.GetValue<string>());
        using var unready = await required.Broker.Tcp.GetAsync("/readyz", TestContext.Current.CancellationToken);
        var problem = JsonNode.Parse(await unready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal((503, "verifier-unavailable", "verifiers/asked"), ((int)unready.StatusCode, problem["code"]!.GetValue<string>(), problem["reasons"]![0]!["path"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Where_another_policy_holds_nobody_waits_in_vain_for_a_token()
    {
        await using var asked = await AskedVerifier.StartAsync("post", null, s_impatient);
        await File.WriteAllTextAsync(Path.Combine(asked.Broker.Policies, "plain.yaml"), VerifyingBroker.Policy("plain", "labels: { role: asked }, trust: [approved]", "X")
            .Replace("results: X", $"pcrs: {{ require: [ {{ pcr: 7, anyOf: [ {{ value: \"{SoftwareMachine.GoodRegister}\", label: good }} ] }} ] }}", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await asked.Broker.AdministerAsync("policies/reload");
        asked.Verifier.On("/asked", "POST", Response.Create().WithStatusCode(503));
        var answer = await asked.AttestAsync();
        Assert.Equal(["plain"], answer.Json["policies"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [Fact]
    public async Task Sends_the_token_that_the_file_has_now()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "one\n", TestContext.Current.CancellationToken);
            await using var asked = await AskedVerifier.StartAsync("post", null, $"TokenFile={file}");
            asked.Affirm();
            await asked.AllowedAsync();
            await File.WriteAllTextAsync(file, "two\n", TestContext.Current.CancellationToken);
            await asked.AllowedAsync();
            var sent = asked.Verifier.Server.LogEntries.Where(entry => entry.RequestMessage.Path == "/asked")
                .Select(entry => entry.RequestMessage.Headers!["Authorization"].Single());
            Assert.Equal(["Bearer one", "Bearer two"], sent);
            foreach (var none in new[] { "", "one\ntwo", "a b", "\u00e9", "x\u0000" })
            {
                await File.WriteAllTextAsync(file, none, TestContext.Current.CancellationToken);
                (await asked.AttestAsync()).IsRefused(503, "verifier-unavailable");
            }

            Assert.Equal(2, sent.Count());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
