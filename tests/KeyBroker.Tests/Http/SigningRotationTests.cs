using System.Collections.Concurrent;
using System.Net.Http.Headers;
using KeyBroker.Receipts;
using KeyBroker.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Threat G10: the signing keys change under load, and nobody who keeps the JWKS as long as it may be kept is ever without the right one.</summary>
public sealed class SigningRotationTests
{
    private const int Workers = 4;
    private static readonly TimeSpan s_before = TimeSpan.FromSeconds(3);
    private readonly MovedClock _clock = new();
    private readonly ConcurrentDictionary<string, int> _verified = new(StringComparer.Ordinal);
    private int _gaps;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_keys_change_under_load_without_one_answer_that_does_not_verify()
    {
        var began = _clock.GetUtcNow();
        await using var broker = await RunningBroker.StartAsync(_clock, "--KeyBroker:RateLimits:PerSecond=100000", "--KeyBroker:RateLimits:InFlight=1000");
        var keys = broker.Application.Services.GetRequiredService<SigningKeys>();
        var (token, result) = (keys.Token.Kid, keys.Result.Kid);
        _clock.Pass(TimeSpan.FromDays(80));
        await keys.RenewAsync(Cancellation);
        var change = keys.Published.Max(key => key.Statement.NotBefore);

        // Kept from so long ago that it is never asked for again before all is over.
        _clock.Pass(change - _clock.GetUtcNow() - TimeSpan.FromMinutes(9));
        using var kept = new PublishedKeys(broker, _clock);
        _ = await kept.KeptAsync();
        _clock.Pass(change - _clock.GetUtcNow() - s_before);

        var machines = await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => SoftwareMachine.ActiveAsync(broker)));
        await Task.WhenAll(machines.Select(machine => WorkAsync(machine, kept, (_clock.GetUtcNow() - TimeProvider.System.GetUtcNow(), change + s_before))));

        Counts.Print(
            $"{_verified.Values.Sum()} tokens and results verified over the change of both keys, {_gaps} gaps, {kept.Fetches} look at the JWKS");
        Assert.Equal((0, 1), (_gaps, kept.Fetches));
        Assert.Equal(
            new[] { token, result, keys.Token.Kid, keys.Result.Kid }.Order(StringComparer.Ordinal), _verified.Keys.Order(StringComparer.Ordinal));
        Assert.True(_clock.GetUtcNow() - began > TimeSpan.FromDays(90));
        foreach (var machine in machines)
        {
            machine.Dispose();
        }
    }

    /// <summary>Attests now and then, uses the first token and the newest in turn, and verifies whatever the broker signed.</summary>
    private async Task WorkAsync(SoftwareMachine machine, PublishedKeys kept, (TimeSpan Ahead, DateTimeOffset End) until)
    {
        machine.Ahead = until.Ahead;
        var tokens = new List<string>();
        for (var round = 0; _clock.GetUtcNow() < until.End || tokens.Count < 2; round++)
        {
            if (round % 8 == 0)
            {
                var attested = await machine.AttestAsync();
                Assert.True(attested.Status == 200, attested.Text);
                tokens.Add(attested.Json["token"]!.GetValue<string>());
                await CountAsync(kept, tokens[^1]);
            }

            machine.Token = round % 2 == 0 ? tokens[0] : tokens[^1];
            var answer = await machine.CallAsync("GET", "/v1/keys", edit: request =>
            {
                request.Headers.Accept.Clear();
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/jwt"));
            });
            Assert.True(answer.Status == 200, answer.Text);
            await CountAsync(kept, answer.Text);
            await CountAsync(kept, tokens[0]); // What was signed before the change verifies as ever.
        }
    }

    private async Task CountAsync(PublishedKeys kept, string jws)
    {
        if (await kept.VerifyAsync(jws) is { } kid)
        {
            _ = _verified.AddOrUpdate(kid, 1, (_, count) => count + 1);
        }
        else
        {
            _ = Interlocked.Increment(ref _gaps);
        }
    }
}
