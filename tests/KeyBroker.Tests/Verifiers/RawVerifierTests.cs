using System.Net.Sockets;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>VER-42: a peer that resets, hangs, babbles or never ends is no answer, within the time that is configured.</summary>
public sealed class RawVerifierTests
{
    public static TheoryData<string, Func<Socket, CancellationToken, Task>> Peers => new()
    {
        { "silence", RawVerifier.SilenceAsync },
        { "reset", RawVerifier.ResetAsync },
        { "half an answer", RawVerifier.HalfAsync },
        { "garbage", RawVerifier.GarbageAsync },
        { "an endless body", RawVerifier.EndlessAsync },
        { "endless headers", RawVerifier.ChattyAsync },
    };

    [Theory, MemberData(nameof(Peers), DisableDiscoveryEnumeration = true)]
    public async Task Is_no_allow(string peer, Func<Socket, CancellationToken, Task> serve)
    {
        Assert.NotEmpty(peer);
        await using var raw = new RawVerifier(serve);
        await using var asked = await AskedVerifier.StartAsync("post", null, $"Url={raw.Url}", "Timeout=2s", "AttemptTimeout=1s", "Retries=1");
        (await asked.AttestAsync()).IsRefused(503, "verifier-unavailable", "policy-result");
    }

    [Fact]
    public async Task A_closed_port_is_no_allow()
    {
        await using var asked = await AskedVerifier.StartAsync("post", null, $"Url=http://127.0.0.1:{RunningBroker.FreePort()}/", "Timeout=2s", "AttemptTimeout=1s");
        (await asked.AttestAsync()).IsRefused(503, "verifier-unavailable", "policy-result");
    }

    [Fact]
    public async Task Keys_that_such_a_peer_has_are_none()
    {
        await using var raw = new RawVerifier(RawVerifier.SilenceAsync);
        using var verifier = new FakeVerifier();
        await using var broker = await RunningBroker.StartAsync(verifier.Settings("pass", "ear", $"Jwks={raw.Url}", "JwksTimeout=1s"));
        await VerifyingBroker.AllowAsync(broker, "vouched", "verifiers: [pass]", "[ { verifier: pass, status: affirming } ]");
        using var caller = new PassportCaller(broker, verifier);
        (await caller.AttestAsync()).IsRefused(503, "verifier-unavailable");
    }
}
