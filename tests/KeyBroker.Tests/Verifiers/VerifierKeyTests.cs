using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using WireMock.ResponseBuilders;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>VER-12: keys are read where they are configured to be, seldom, and never from what a caller sends.</summary>
public sealed class VerifierKeyTests
{
    [Fact]
    public async Task A_rotated_key_is_found_and_a_storm_of_unknown_ones_fetches_once()
    {
        using var verifier = new FakeVerifier();
        var clock = new MovedClock();
        await using var broker = await StartedAsync(verifier, clock);
        using var caller = new PassportCaller(broker, verifier);
        await caller.AttestedAsync();
        var fetches = verifier.Fetches;

        // Just read: an unknown kid makes nobody look, however many there are.
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async at =>
        {
            using var stranger = new PassportCaller(broker, verifier);
            (await stranger.AttestAsync(editHeader: header => header["kid"] = $"kid-{at}")).IsRefused(403, "attestation-denied", "policy-result");
        }));
        Assert.Equal(fetches, verifier.Fetches);

        clock.Pass(TimeSpan.FromSeconds(31));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async at =>
        {
            using var stranger = new PassportCaller(broker, verifier) { Claims = runtime => Later(runtime, 31) };
            (await stranger.AttestAsync(editHeader: header => header["kid"] = $"kid-{at}")).IsRefused(403, "attestation-denied", "policy-result");
        }));
        Assert.Equal(fetches + 1, verifier.Fetches);

        clock.Pass(TimeSpan.FromSeconds(31));
        using var first = verifier.Key;
        verifier.Key = VerifierKeyPair.Es256("second");
        verifier.Publish(verifier.Key);
        using var later = new PassportCaller(broker, verifier) { Claims = runtime => Later(runtime, 62) };
        await later.AttestedAsync();
        Assert.Equal(fetches + 2, verifier.Fetches);

        // What was taken away does not verify any more.
        (await later.AttestAsync(editToken: token => CompactJws.Parse(token).WithHeader(header => header["kid"] = "first")
            .SignedBy((System.Security.Cryptography.ECDsa)first.Key))).IsRefused(403, "attestation-denied", "policy-result");
    }

    [Theory]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{}""")]
    [InlineData("not json")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"oct","k":"AAAA","kid":"first"}]}""")]
    [InlineData("""{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA","kid":"first"}]}""")]
    public async Task A_set_that_nobody_should_publish_is_none(string jwks)
    {
        using var verifier = new FakeVerifier();
        verifier.PublishRaw(jwks);
        await using var broker = await StartedAsync(verifier);
        using var caller = new PassportCaller(broker, verifier);
        var answer = await caller.AttestAsync();
        answer.IsRefused(503, "verifier-unavailable");
        Assert.Contains("Retry-After", answer.Headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_key_or_a_kid_twice_spoils_the_whole_set()
    {
        using var verifier = new FakeVerifier();
        var jwk = verifier.Key.Jwk();
        var twice = $$"""{"keys":[{{jwk.ToJsonString()}},{{jwk.ToJsonString()}}]}""";
        jwk["d"] = "AAAA";
        foreach (var set in new[] { twice, $$"""{"keys":[{{jwk.ToJsonString()}}]}""" })
        {
            verifier.PublishRaw(set);
            await using var broker = await StartedAsync(verifier);
            using var caller = new PassportCaller(broker, verifier);
            (await caller.AttestAsync()).IsRefused(503, "verifier-unavailable");
        }
    }

    [Theory]
    [InlineData("500")]
    [InlineData("503")]
    [InlineData("404")]
    [InlineData("no content")]
    [InlineData("redirect")]
    [InlineData("type")]
    [InlineData("no type")]
    [InlineData("huge")]
    [InlineData("slow")]
    public async Task An_answer_that_brings_no_keys_is_none_until_the_next_that_does(string fault)
    {
        using var verifier = new FakeVerifier();
        using var elsewhere = new FakeVerifier(VerifierKeyPair.Es256("first"));
        var good = $$"""{"keys":[{{verifier.Key.Jwk().ToJsonString()}}]}""";
        verifier.On("/jwks", "GET", fault switch
        {
            "redirect" => Response.Create().WithStatusCode(302).WithHeader("Location", elsewhere.Jwks),
            "no content" => Response.Create().WithStatusCode(204),
            "type" => Response.Create().WithStatusCode(200).WithHeader("Content-Type", "text/html").WithBody(good),
            "no type" => Response.Create().WithStatusCode(200).WithBody(good),
            "huge" => FakeVerifier.Json(good + new string(' ', 300_000)),
            "slow" => FakeVerifier.Json(good).WithDelay(TimeSpan.FromSeconds(6)),
            _ => FakeVerifier.Json(good, int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture)),
        });
        var clock = new MovedClock();
        await using var broker = await StartedAsync(verifier, clock, "JwksTimeout=1s");
        using var caller = new PassportCaller(broker, verifier);
        (await caller.AttestAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).IsRefused(503, "verifier-unavailable");
        Assert.Equal(0, elsewhere.Fetches);

        verifier.Publish(verifier.Key);
        clock.Pass(TimeSpan.FromSeconds(2));
        using var later = new PassportCaller(broker, verifier) { Claims = runtime => Later(runtime, 2) };
        await later.AttestedAsync();
    }

    [Theory]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","kid":"\ud800","x":"AAAA","y":"AAAA"}]}""")]
    [InlineData("""{"keys":[{"kty":"\ud800"}]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","n":"AA","e":"AA","kid":"first"}]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"first","x5c":["!"]}]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"first","x5c":["AAAA"]}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","kid":"first","x":"AAAA","y":"AAAA","key_ops":[1]}]}""")]
    [InlineData("""{"keys":[null]}""")]
    [InlineData("""[]""")]
    [InlineData("")]
    public async Task A_set_that_cannot_be_read_is_none_and_no_failure_of_ours(string jwks)
    {
        using var verifier = new FakeVerifier();
        verifier.PublishRaw(jwks);
        await using var broker = await StartedAsync(verifier);
        using var caller = new PassportCaller(broker, verifier);
        (await caller.AttestAsync()).IsRefused(503, "verifier-unavailable");
    }

    [Fact]
    public async Task Stale_keys_count_for_a_bounded_time_only()
    {
        using var verifier = new FakeVerifier();
        var clock = new MovedClock();
        await using var broker = await StartedAsync(verifier, clock, "JwksMaxAge=1m", "JwksStale=10m");
        using var caller = new PassportCaller(broker, verifier);
        await caller.AttestedAsync();
        verifier.On("/jwks", "GET", FakeVerifier.Json("{}", 500));

        clock.Pass(TimeSpan.FromMinutes(5));
        using var stale = new PassportCaller(broker, verifier) { Claims = runtime => Later(runtime, 300) };
        await stale.AttestedAsync();
        clock.Pass(TimeSpan.FromMinutes(6));
        using var over = new PassportCaller(broker, verifier) { Claims = runtime => Later(runtime, 660) };
        (await over.AttestAsync()).IsRefused(503, "verifier-unavailable");

        verifier.Publish(verifier.Key);
        clock.Pass(TimeSpan.FromSeconds(2));
        await over.AttestedAsync();
    }

    [Fact]
    public async Task An_unknown_kid_is_no_refusal_while_the_newest_keys_cannot_be_read()
    {
        using var verifier = new FakeVerifier();
        var clock = new MovedClock();
        await using var broker = await StartedAsync(verifier, clock);
        using var caller = new PassportCaller(broker, verifier);
        await caller.AttestedAsync();
        verifier.On("/jwks", "GET", FakeVerifier.Json("{}", 500));
        clock.Pass(TimeSpan.FromSeconds(31));
        using var first = verifier.Key;
        verifier.Key = VerifierKeyPair.Es256("second");
        using var later = new PassportCaller(broker, verifier) { Claims = runtime => Later(runtime, 31) };
        (await later.AttestAsync()).IsRefused(503, "verifier-unavailable");

        verifier.Publish(verifier.Key);
        clock.Pass(TimeSpan.FromSeconds(31));
        using var latest = new PassportCaller(broker, verifier) { Claims = runtime => Later(runtime, 62) };
        await latest.AttestedAsync();
    }

    private static System.Text.Json.Nodes.JsonObject Later(byte[] runtime, int seconds)
    {
        var claims = ResultClaims.Ear(runtime);
        (claims["iat"], claims["exp"]) = (ResultClaims.Now() + seconds, ResultClaims.Now() + seconds + 200);
        return claims;
    }

    private static async Task<RunningBroker> StartedAsync(FakeVerifier verifier, TimeProvider? clock = null, params string[] more)
    {
        var settings = verifier.Settings("pass", "ear", ["SubjectClaim=sub", .. more]);
        var broker = await RunningBroker.StartAsync(clock ?? TimeProvider.System, settings);
        await VerifyingBroker.AllowAsync(broker, "vouched", "verifiers: [pass]", "[ { verifier: pass, status: affirming } ]");
        return broker;
    }
}
