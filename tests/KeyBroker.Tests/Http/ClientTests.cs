using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Who may ask as a relying party, and what everybody else is told.</summary>
public sealed class ClientTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    public static TheoryData<string> WrongCredentials =>
    [
        "Basic " + Encode("shop:wrong"), "Basic " + Encode("nobody:" + RunningBroker.ClientSecret), "Basic " + Encode("SHOP:" + RunningBroker.ClientSecret),
        "Basic " + Encode("shop"), "Basic " + Encode("shop:"), "Basic " + Encode(":" + RunningBroker.ClientSecret), "Basic " + Encode(""), "Basic !",
        "Basic", "Bearer x", "DPoP x", "Basic " + Encode($"shop:{RunningBroker.ClientSecret}\0"), "Basic " + Encode("shop:" + new string('x', 2000)),
    ];

    [Fact]
    public async Task Without_credentials_the_answer_asks_for_Basic_ones()
    {
        var nobody = new RelyingParty(broker) { Credentials = () => null };
        foreach (var answer in new[] { await nobody.IntrospectAsync("x"), await nobody.AppraiseAsync("{}") })
        {
            answer.IsRefused(401, "token-missing");
            Assert.Contains("WWW-Authenticate: Basic realm=\"keybroker\"", answer.Headers, StringComparison.Ordinal);
            Assert.DoesNotContain("DPoP", answer.Headers, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(WrongCredentials))]
    public async Task An_unknown_client_and_a_wrong_secret_are_told_the_same(string header)
    {
        var stranger = new RelyingParty(broker) { Credentials = () => AuthenticationHeaderValue.Parse(header) };
        var answer = await stranger.IntrospectAsync("x");

        answer.IsRefused(401, "token-invalid");
        Assert.Contains("WWW-Authenticate: Basic", answer.Headers, StringComparison.Ordinal);
        var known = await new RelyingParty(broker, secret: "wrong").IntrospectAsync("x");
        Assert.Equal(known.Json["title"]!.GetValue<string>(), answer.Json["title"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_client_may_ask_what_it_is_allowed_and_nothing_else()
    {
        (await new RelyingParty(broker, "judge").IntrospectAsync("x")).IsRefused(403, "operation-denied");
        (await new RelyingParty(broker, "reader").AppraiseAsync("{}")).IsRefused(403, "operation-denied");
        Assert.Equal(200, (await new RelyingParty(broker, "reader").IntrospectAsync("x")).Status);
    }

    [Fact]
    public async Task A_client_has_a_rate_of_its_own_that_nobody_elses_guesses_use_up()
    {
        await using var slow = await RunningBroker.StartAsync("--KeyBroker:Clients:shop:PerSecond=1");
        for (var guess = 0; guess < 5; guess++)
        {
            (await new RelyingParty(slow, secret: "guessed").IntrospectAsync("x")).IsRefused(401, "token-invalid");
        }

        var shop = new RelyingParty(slow);
        Assert.Equal(200, (await shop.IntrospectAsync("x")).Status);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.IntrospectAsync("x")));
        Assert.Contains(answers, answer => answer.Status == 429);
        Assert.Equal(200, (await new RelyingParty(slow, "reader").IntrospectAsync("x")).Status);
    }

    private static string Encode(string pair) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
}
