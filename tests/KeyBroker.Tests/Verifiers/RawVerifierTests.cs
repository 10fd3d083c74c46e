using System.Net.Sockets;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>
/// VER-12, VER-42: a peer that resets, hangs, babbles or never ends is no answer, whether it is asked about evidence or for its
/// keys; within a bounded time, never an allow, and the same peer is believed again once it behaves.
/// </summary>
public sealed class RawVerifierTests(RawVerifiers brokers) : IClassFixture<RawVerifiers>
{
    // Far beyond what is configured, and far below what a peer could wait.
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(60);

    public static TheoryData<string, Func<Socket, CancellationToken, Task>> Peers => new()
    {
        { "silence", RawVerifier.SilenceAsync },
        { "reset", RawVerifier.ResetAsync },
        { "hangs up", RawVerifier.HangUpAsync },
        { "half an answer", RawVerifier.HalfAsync },
        { "half an answer, and a reset", RawVerifier.HalfResetAsync },
        { "half an answer, and silence", RawVerifier.StallAsync },
        { "half the headers", RawVerifier.HalfHeadersAsync },
        { "garbage", RawVerifier.GarbageAsync },
        { "an endless body", RawVerifier.EndlessAsync },
        { "endless headers", RawVerifier.ChattyAsync },
    };

    [Theory, MemberData(nameof(Peers), DisableDiscoveryEnumeration = true)]
    public async Task Asked_about_evidence_it_is_no_allow(string peer, Func<Socket, CancellationToken, Task> serve)
    {
        Assert.NotEmpty(peer);
        var (raw, asking) = (brokers.Peer, brokers.Asking);
        var before = raw.Connections;
        raw.Serve = serve;
        (await asking.AttestAsync().WaitAsync(s_bound, TestContext.Current.CancellationToken)).IsRefused(503, "verifier-unavailable", "policy-result");
        Assert.InRange(raw.Connections - before, 1, 2); // Once, and once again; an endless answer is final.

        byte[] runtime = [];
        raw.Serve = RawVerifier.Answering("application/eat+jwt", () => asking.Result(runtime));
        var answer = await asking.AttestAsync(evidence => evidence with
        {
            EditBody = body => runtime = Attestation.Evidence.Base64Url.Decode(body["runtimeData"]!.GetValue<string>()),
        });
        Assert.True(answer.Status == 200, answer.Text);
    }

    [Theory, MemberData(nameof(Peers), DisableDiscoveryEnumeration = true)]
    public async Task Asked_for_its_keys_it_has_none(string peer, Func<Socket, CancellationToken, Task> serve)
    {
        Assert.NotEmpty(peer);
        brokers.KeyPeer.Serve = serve;
        brokers.Pass(TimeSpan.FromMinutes(3)); // What it had is too old.
        var refused = await brokers.BringAsync().WaitAsync(s_bound, TestContext.Current.CancellationToken);
        refused.IsRefused(503, "verifier-unavailable");
        Assert.Contains("Retry-After", refused.Headers, StringComparison.Ordinal);

        brokers.KeyPeer.Serve = RawVerifier.Answering("application/json", brokers.Jwks);
        brokers.Pass(TimeSpan.FromSeconds(2));
        var answer = await brokers.BringAsync();
        Assert.True(answer.Status == 200, answer.Text);
    }

    /// <summary>VER-41, VER-42: one attempt is given up in time for the next.</summary>
    [Fact]
    public async Task Who_is_silent_once_is_asked_again()
    {
        byte[] runtime = [];
        AskedVerifier? known = null;
        var connections = 0;
        await using var raw = new RawVerifier((peer, end) => Interlocked.Increment(ref connections) == 1
            ? RawVerifier.SilenceAsync(peer, end)
            : RawVerifier.Answering("application/eat+jwt", () => known!.Result(runtime))(peer, end));
        await using var asked = known = await AskedVerifier.StartAsync(
            "post", null, $"Url={raw.Url}", "Timeout=25s", "AttemptTimeout=1s", "Retries=1");
        var answer = await asked.AttestAsync(evidence => evidence with
        {
            EditBody = body => runtime = Attestation.Evidence.Base64Url.Decode(body["runtimeData"]!.GetValue<string>()),
        });
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(2, connections);
    }

    [Fact]
    public async Task A_closed_port_is_no_allow()
    {
        await using var asked = await AskedVerifier.StartAsync("post", null, $"Url=http://127.0.0.1:{RunningBroker.FreePort()}/", "Timeout=2s", "AttemptTimeout=1s");
        (await asked.AttestAsync().WaitAsync(s_bound, TestContext.Current.CancellationToken)).IsRefused(503, "verifier-unavailable", "policy-result");
    }

    [Fact]
    public async Task A_closed_port_has_no_keys()
    {
        using var verifier = new FakeVerifier();
        await using var broker = await RunningBroker.StartAsync(
            verifier.Settings("pass", "ear", $"Jwks=http://127.0.0.1:{RunningBroker.FreePort()}/", "JwksTimeout=1s"));
        using var caller = new PassportCaller(broker, verifier);
        (await caller.AttestAsync().WaitAsync(s_bound, TestContext.Current.CancellationToken)).IsRefused(503, "verifier-unavailable");
    }
}
