using System.Text.Json.Nodes;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>Two brokers for all that raw peers do: one asks such a peer about evidence, the other for the keys of its verifier.</summary>
public sealed class RawVerifiers : IAsyncLifetime
{
    private readonly MovedClock _clock = new();
    private readonly FakeVerifier _verifier = new();
    private TimeSpan _passed;
    private RunningBroker? _reading;
    private AskedVerifier? _asking;

    internal RawVerifier Peer { get; } = new(RawVerifier.SilenceAsync);

    internal RawVerifier KeyPeer { get; } = new(RawVerifier.SilenceAsync);

    internal AskedVerifier Asking => _asking!;

    public async ValueTask InitializeAsync()
    {
        _asking = await AskedVerifier.StartAsync(
            "post", null, $"Url={Peer.Url}", "Timeout=2s", "AttemptTimeout=1s", "Retries=1", "CircuitFailures=1000");
        _reading = await RunningBroker.StartAsync(
            _clock, _verifier.Settings("pass", "ear", $"Jwks={KeyPeer.Url}", "JwksTimeout=1s", "JwksMaxAge=1m", "JwksStale=2m"));
        await VerifyingBroker.AllowAsync(_reading, "vouched", "verifiers: [pass]", "[ { verifier: pass, status: affirming } ]");
    }

    /// <summary>What the keys' verifier publishes.</summary>
    internal string Jwks() => new JsonObject { ["keys"] = new JsonArray(_verifier.Key.Jwk()) }.ToJsonString();

    /// <summary>Time passes, and the keys that were read before with it.</summary>
    internal void Pass(TimeSpan time)
    {
        _clock.Pass(time);
        _passed += time;
    }

    /// <summary>A caller with a good passport.</summary>
    internal async Task<Answer> BringAsync()
    {
        using var caller = new PassportCaller(_reading!, _verifier) { Claims = Now };
        return await caller.AttestAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Asking.DisposeAsync();
        await _reading!.DisposeAsync();
        await Peer.DisposeAsync();
        await KeyPeer.DisposeAsync();
        _verifier.Dispose();
    }

    private JsonObject Now(byte[] runtime)
    {
        var claims = ResultClaims.Ear(runtime);
        var now = ResultClaims.Now() + (long)_passed.TotalSeconds;
        (claims["iat"], claims["exp"]) = (now, now + 200);
        return claims;
    }
}
