using System.Net.Sockets;
using System.Text;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>SIGTERM at work: what was acknowledged stays, what is under way ends, and nobody can hold the broker up.</summary>
public sealed class StopTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Loses_nothing_under_load()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        var audited = 0;
        for (var round = 0; round < 3; round++)
        {
            var load = new Load(machine, $"r{round}");
            var running = load.RunAsync();
            await load.ReachAsync(10);
            load.End();

            // In the last round the embedded TPM is told to go as well, and told first.
            Assert.Equal(0, await broker.StopAsync(withChildren: round == 2));
            await running;

            var database = StoredState.Database(broker);
            Assert.Equal(0, StoredState.Count(database, "intents"));
            var length = StoredState.AuditLength(database);
            Assert.True(length > audited);
            audited = length;
            await broker.StartAgainAsync();
            await Load.CheckAsync(machine, load.Keys, load.Secrets);
        }
    }

    [Fact]
    public async Task Ends_what_is_under_way_and_takes_nothing_new()
    {
        await using var broker = await BrokerProcess.StartAsync();
        using var half = await PostHalfAsync(broker);
        await broker.TerminateAsync();
        await broker.SaysAsync("stopping");
        await broker.TerminateAsync(); // Once more, by an impatient operator.

        await half.SendAsync("}"u8.ToArray(), Cancellation);
        var answer = await ReadToEndAsync(half); // Ends because the broker closes the connection.

        Assert.StartsWith("HTTP/1.1 201", answer);
        using var late = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(async () => await late.ConnectAsync("127.0.0.1", Port(broker), Cancellation));
        Assert.Equal(0, await broker.StopAsync());
    }

    [Fact]
    public async Task Waits_for_nobody_beyond_the_drain_time()
    {
        await using var broker = await BrokerProcess.StartAsync("--KeyBroker:DrainTime=1s");
        using var silent = await ConnectAsync(broker);
        using var slow = await ConnectAsync(broker);
        await slow.SendAsync("POST /v1/chall"u8.ToArray(), Cancellation);
        using var half = await PostHalfAsync(broker);
        using var admin = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await admin.ConnectAsync(new UnixDomainSocketEndPoint(broker.AdminSocket), Cancellation);
        await admin.SendAsync("POST /v1/admin/backup HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{"u8.ToArray(), Cancellation);

        Assert.Equal(0, await broker.StopAsync());

        Assert.DoesNotContain("201", await ReadToEndAsync(half));
        Assert.DoesNotContain("fail:", broker.Said);
        Assert.False(File.Exists(broker.AdminSocket));
        Assert.Equal(0, StoredState.Count(StoredState.Database(broker), "intents"));
    }

    [Fact]
    public async Task Waits_for_no_tpm_that_hangs()
    {
        await using var broker = await BrokerProcess.StartAsync("--KeyBroker:DrainTime=1s");
        await SignalAsync("-STOP", $"{await EmbeddedSwtpm.AwaitAsync(broker.StateDirectory)}");
        using var http = new HttpClient();
        var hanging = http.GetAsync(new Uri(broker.Url + "/readyz"), Cancellation);
        var again = http.GetAsync(new Uri(broker.Url + "/readyz"), Cancellation);

        Assert.Equal(0, await broker.StopAsync());

        await Task.WhenAny(Task.WhenAll(hanging, again));
        await broker.StartAgainAsync();
    }

    private static int Port(BrokerProcess broker) => new Uri(broker.Url).Port;

    private static async Task<Socket> ConnectAsync(BrokerProcess broker)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", Port(broker), Cancellation);
        return socket;
    }

    /// <summary>A request whose body lacks its last byte, and which the broker has begun to serve.</summary>
    private static async Task<Socket> PostHalfAsync(BrokerProcess broker)
    {
        var socket = await ConnectAsync(broker);
        await socket.SendAsync(
            "POST /v1/challenges HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"u8.ToArray(),
            Cancellation);
        var buffer = new byte[256];
        var proceed = await socket.ReceiveAsync(buffer, Cancellation); // Sent when a handler asks for the body.
        Assert.StartsWith("HTTP/1.1 100", Encoding.ASCII.GetString(buffer, 0, proceed));
        await socket.SendAsync("{"u8.ToArray(), Cancellation);
        return socket;
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            for (int read; (read = await socket.ReceiveAsync(buffer, Cancellation)) > 0;)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // Cut off.
        }

        return text.ToString();
    }

    private static async Task SignalAsync(string signal, string process)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [signal, process.Trim()]);
        await kill.WaitForExitAsync(Cancellation);
    }
}
