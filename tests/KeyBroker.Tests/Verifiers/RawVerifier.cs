using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KeyBroker.Tests.Verifiers;

/// <summary>A peer that is no HTTP server: it does to each connection what a test tells it to.</summary>
internal sealed class RawVerifier : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private int _connections;

    public RawVerifier(Func<Socket, CancellationToken, Task> serve)
    {
        Serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What it does to the next connection.</summary>
    public Func<Socket, CancellationToken, Task> Serve { get; set; }

    public int Connections => _connections;

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/asked";

    public static Task SilenceAsync(Socket peer, CancellationToken end) => Task.Delay(Timeout.Infinite, end);

    public static Task ResetAsync(Socket peer, CancellationToken end)
    {
        peer.LingerState = new LingerOption(true, 0);
        peer.Close();
        return Task.CompletedTask;
    }

    /// <summary>Promises more than it sends, and hangs up.</summary>
    public static Task HalfAsync(Socket peer, CancellationToken end) =>
        SayAsync(peer, "HTTP/1.1 200 OK\r\nContent-Type: application/eat+jwt\r\nContent-Length: 1000\r\n\r\neyJ");

    /// <summary>Hangs up in the middle of its headers.</summary>
    public static Task HalfHeadersAsync(Socket peer, CancellationToken end) => SayAsync(peer, "HTTP/1.1 200 OK\r\nContent-Ty");

    /// <summary>Promises more than it sends, and goes on promising.</summary>
    public static async Task StallAsync(Socket peer, CancellationToken end)
    {
        await SayAsync(peer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", close: false);
        await Task.Delay(Timeout.Infinite, end);
    }

    /// <summary>Resets in the middle of its answer.</summary>
    public static async Task HalfResetAsync(Socket peer, CancellationToken end)
    {
        await SayAsync(peer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"keys\":", close: false);
        await ResetAsync(peer, end);
    }

    /// <summary>Hangs up at once, without a word.</summary>
    public static Task HangUpAsync(Socket peer, CancellationToken end)
    {
        peer.Shutdown(SocketShutdown.Both);
        return Task.CompletedTask;
    }

    /// <summary>One whole answer, and the end of the connection.</summary>
    public static Func<Socket, CancellationToken, Task> Answering(string type, Func<string> make) => (peer, _) =>
    {
        var body = make();
        return SayAsync(peer, $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    };

    public static Task GarbageAsync(Socket peer, CancellationToken end) => SayAsync(peer, "\u0000\u0001 this is no answer\r\n\r\n");

    /// <summary>An answer that never ends.</summary>
    public static async Task EndlessAsync(Socket peer, CancellationToken end)
    {
        await SayAsync(peer, "HTTP/1.1 200 OK\r\nContent-Type: application/eat+jwt\r\nTransfer-Encoding: chunked\r\n\r\n", close: false);
        while (!end.IsCancellationRequested)
        {
            await SayAsync(peer, "1000\r\n" + new string('a', 4096) + "\r\n", close: false);
        }
    }

    /// <summary>Headers that never end.</summary>
    public static async Task ChattyAsync(Socket peer, CancellationToken end)
    {
        await SayAsync(peer, "HTTP/1.1 200 OK\r\n", close: false);
        while (!end.IsCancellationRequested)
        {
            await SayAsync(peer, "X-More: " + new string('a', 1000) + "\r\n", close: false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private static async Task SayAsync(Socket peer, string text, bool close = true)
    {
        _ = await peer.SendAsync(Encoding.ASCII.GetBytes(text));
        if (close)
        {
            peer.Shutdown(SocketShutdown.Send);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var peer = await _listener.AcceptSocketAsync(_end.Token);
                _ = Interlocked.Increment(ref _connections);
                _ = ServeAsync(peer, Serve);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket peer, Func<Socket, CancellationToken, Task> serve)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            _ = await peer.ReceiveAsync(buffer, _end.Token);
            await serve(peer, _end.Token);
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The broker hung up, or the test is over.
        }
    }
}
