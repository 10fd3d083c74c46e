using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>HTTP to one broker: JSON out, an answer or a <see cref="BrokerException"/> back.</summary>
internal sealed class BrokerTransport : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    // Of whoever answers, also of a broker that is not known yet.
    private const long LargestAnswer = 64 << 20;

    private readonly HttpClient _http;
    private readonly string _where;

    private BrokerTransport(HttpMessageHandler handler, string baseUrl, string where)
    {
        _http = new HttpClient(handler) { Timeout = s_timeout, MaxResponseContentBufferSize = LargestAnswer };
        BaseUrl = baseUrl.TrimEnd('/');
        _where = where;
    }

    /// <summary>Scheme, host and port, without a slash at the end.</summary>
    public string BaseUrl { get; }

    public static BrokerTransport ToUrl(Uri broker) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !broker.IsLoopback }, broker.AbsoluteUri, broker.AbsoluteUri);

    /// <summary>HTTP over a Unix socket, where the administrative interface lives.</summary>
    public static BrokerTransport ToSocket(string path)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) => await ConnectAsync(path, cancellationToken),
        };
        return new BrokerTransport(handler, "http://localhost", path);
    }

    public static byte[]? Encode(JsonObject? body) => body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString());

    public Task<BrokerAnswer> SendAsync(
        HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken) =>
        SendAsync(Request(method, path, Encode(body)), cancellationToken);

    /// <summary>A request whose target is exactly the given path: names in it are percent-encoded already.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path, byte[]? body)
    {
        var request = new HttpRequestMessage(method, new Uri(BaseUrl + path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    public async Task<BrokerAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return await ReadAsync(response, cancellationToken);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new BrokerUnreachableException($"no broker answers at '{_where}'", failure);
        }
        catch (TaskCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BrokerUnreachableException($"the broker at '{_where}' did not answer in time", failure);
        }
    }

    /// <summary>Reads the body of an answer while it arrives.</summary>
    public async Task<T> ReceiveAsync<T>(
        HttpRequestMessage request, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new BrokerException(Problem.Parse(
                (int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken)));
        }

        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await read(body, cancellationToken);
        }
        catch (Exception cut) when (cut is HttpIOException or EndOfStreamException)
        {
            throw new BrokerUnreachableException($"the broker at '{_where}' broke off its answer", cut);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw new BrokerUnreachableException($"no broker answers at '{_where}'", failure);
        }
    }

    private static async Task<BrokerAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = (int)response.StatusCode;
        return response.IsSuccessStatusCode
            ? new BrokerAnswer(status, response.Content.Headers.ContentType?.MediaType, body) { Tag = response.Headers.ETag?.ToString() }
            : throw new BrokerException(Problem.Parse(status, body));
    }

    private static async Task<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
