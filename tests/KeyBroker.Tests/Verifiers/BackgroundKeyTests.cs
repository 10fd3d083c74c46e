using KeyBroker.Testing;
using WireMock.ResponseBuilders;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>VER-12 where the broker asks: keys of a verifier that rotate, expire, cannot be had, or are not known, however many results name them.</summary>
public sealed class BackgroundKeyTests
{
    [Fact]
    public async Task A_rotated_key_is_found_and_a_storm_of_unknown_ones_fetches_once()
    {
        var clock = new MovedClock();
        await using var asked = await AskedVerifier.StartAsync("post", clock);
        asked.Affirm();
        await asked.AllowedAsync();
        var fetches = asked.Verifier.Fetches;
        await StormAsync(asked, 0);
        Assert.Equal(fetches, asked.Verifier.Fetches);

        clock.Pass(TimeSpan.FromSeconds(31));
        await StormAsync(asked, 31);
        Assert.Equal(fetches + 1, asked.Verifier.Fetches);

        clock.Pass(TimeSpan.FromSeconds(31));
        using var first = asked.Verifier.Key;
        asked.Verifier.Key = VerifierKeyPair.Es256("second");
        asked.Verifier.Publish(asked.Verifier.Key);
        asked.Affirm(claims => Later(claims, 62));
        await asked.AllowedAsync();
        Assert.Equal(fetches + 2, asked.Verifier.Fetches);

        asked.Affirm(claims => Later(claims, 62), key: first);
        (await asked.AttestAsync()).IsRefused(403, "attestation-denied", "policy-result");
    }

    [Fact]
    public async Task Without_its_keys_its_word_is_worth_nothing_and_with_them_it_is()
    {
        var clock = new MovedClock();
        await using var asked = await AskedVerifier.StartAsync("post", clock, "JwksMaxAge=1m", "JwksStale=10m", "JwksTimeout=1s");
        asked.Affirm();
        await asked.AllowedAsync();
        asked.Verifier.On("/jwks", "GET", Response.Create().WithStatusCode(503));
        clock.Pass(TimeSpan.FromMinutes(11));
        asked.Affirm(claims => Later(claims, 660));
        (await asked.AttestAsync()).IsRefused(503, "verifier-unavailable", "policy-result");

        asked.Verifier.Publish(asked.Verifier.Key);
        clock.Pass(TimeSpan.FromSeconds(2));
        asked.Affirm(claims => Later(claims, 662));
        await asked.AllowedAsync();
    }

    private static async Task StormAsync(AskedVerifier asked, int seconds)
    {
        var storm = 0;
        asked.Affirm(claims => Later(claims, seconds), header => header["kid"] = $"kid-{Interlocked.Increment(ref storm)}");
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => asked.AttestAsync()));
        Assert.All(answers, answer => answer.IsRefused(403, "attestation-denied", "policy-result"));
        Assert.Equal(30, storm);
    }

    private static void Later(System.Text.Json.Nodes.JsonObject claims, int seconds) =>
        (claims["iat"], claims["exp"]) = (ResultClaims.Now() + seconds, ResultClaims.Now() + seconds + 200);
}
