using System.Net.Sockets;
using System.Text;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>PRO-4: what the broker says of a request that is too long or odd, and what the server says alone; the connection ends, and the next one is served.</summary>
public sealed class UnreadableRequestTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, string> Described => new()
    {
        { "GET /v1/keys?x=" + new string('a', 8_200) + " HTTP/1.1", 400, "request-malformed" },
        { "GET /" + new string('a', 16_000) + " HTTP/1.1", 400, "request-malformed" },
        { "PUT /v1/keys HTTP/1.1", 405, "not-found" },
        { "BREW /v1/keys HTTP/1.1", 405, "not-found" },
        { "OPTIONS * HTTP/1.1", 400, "request-malformed" },
        { "GET /nowhere HTTP/1.1", 404, "not-found" },
        { "GET /v1/keys HTTP/1.1\r\nX-More: " + new string('a', 100_000), 401, "token-missing" },
        { "GET /v1/keys HTTP/1.1\r\nAuthorization: DPoP " + new string('a', 90_000), 401, "token-invalid" },
        { "GET /v1/keys HTTP/1.0", 401, "token-missing" },
    };

    public static TheoryData<string, int> Bare => new()
    {
        { "GET /" + new string('a', 17_000) + " HTTP/1.1", 414 },
        { "GET /v1/keys HTTP/1.1\r\nX-More: " + new string('a', 140_000), 431 },
        { "GET /v1/keys HTTP/1.1" + string.Concat(Enumerable.Range(0, 101).Select(n => $"\r\nX-{n}: 1")), 431 },
        { "GET /v1/keys HTTP/1.1\r\nno colon", 400 },
        { "GET /v1/keys HTTP/1.1\r\nX-Nul: a\0b", 400 },
        { "GET /v1/%00 HTTP/1.1", 400 },
        { "CONNECT 127.0.0.1:80 HTTP/1.1", 400 },
        { "GET /v1/keys HTTP/2.7", 505 },
        { "GET /v1/keys", 400 },
        { "GET  HTTP/1.1", 400 },
        { "G\u0001T /v1/keys HTTP/1.1", 400 },
        { "POST /v1/challenges HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3", 400 },
    };

    [Theory, MemberData(nameof(Described))]
    public async Task The_broker_describes_what_reaches_it(string head, int status, string code)
    {
        var answer = await SayAsync(head);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/problem+json", answer, StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
        await ServesAsync();
    }

    [Theory, MemberData(nameof(Bare))]
    public async Task The_server_refuses_the_rest_without_a_word(string head, int status)
    {
        var answer = await SayAsync(head);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 0", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Server:", answer, StringComparison.Ordinal);
        await ServesAsync();
    }

    private async Task<string> SayAsync(string head)
    {
        using var socket = new TcpClient("127.0.0.1", new Uri(broker.Origin).Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}\r\nHost: {new Uri(broker.Origin).Authority}\r\nConnection: close\r\n\r\n"), Cancellation);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    private async Task ServesAsync()
    {
        using var alive = await broker.Tcp.GetAsync("/healthz", Cancellation);
        Assert.True(alive.IsSuccessStatusCode);
    }
}
