using System.Collections.Concurrent;
using System.Net;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Stands between a client and a broker, notes every request, and may change or make up answers.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    public const string Question = "POST /v1/broker/attestation";

    private readonly HttpListener _listener = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly ConcurrentQueue<string> _seen = new();
    private Task _serving = Task.CompletedTask;

    private RecordingProxy(string url) => Url = url;

    public string Url { get; }

    /// <summary>Where requests go on to.</summary>
    public string Target { get; set; } = "";

    /// <summary>Changes an answer on its way: request line, status, body.</summary>
    public Func<string, (int Status, byte[] Body), (int Status, byte[] Body)> Change { get; set; } = (_, answer) => answer;

    /// <summary>The request lines since the last look.</summary>
    public IReadOnlyList<string> TakeSeen()
    {
        var seen = _seen.ToArray();
        _seen.Clear();
        return seen;
    }

    public static RecordingProxy Start()
    {
        var proxy = new RecordingProxy($"http://127.0.0.1:{FreePort()}");
        proxy._listener.Prefixes.Add(proxy.Url + "/");
        proxy._listener.Start();
        proxy._serving = proxy.ServeAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
        _http.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var line = $"{context.Request.HttpMethod} {context.Request.RawUrl}";
        _seen.Enqueue(line);
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.HttpMethod), Target + context.Request.RawUrl)
        {
            Content = new ByteArrayContent(body.ToArray()),
        };
        foreach (var name in new[] { "Authorization", "DPoP", "Accept", "Content-Type", "Prefer" })
        {
            if (context.Request.Headers[name] is { } value && !request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await _http.SendAsync(request);
        var (status, bytes) = Change(line, ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync()));
        context.Response.StatusCode = status;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength64 = bytes.Length;
        await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
    }
}
