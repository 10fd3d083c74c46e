using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>The administrative interface of a broker on this host, over its Unix socket.</summary>
public sealed class BrokerAdministration(string socketPath) : IDisposable
{
    private const string Root = "/v1/admin/";

    private readonly BrokerTransport _transport = BrokerTransport.ToSocket(socketPath);

    /// <summary>The path is relative to the administrative root, each name in it percent-encoded.</summary>
    public async Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) =>
        (await _transport.SendAsync(HttpMethod.Get, Root + path, null, cancellationToken)).Json();

    /// <summary>The bytes of an answer that is no JSON.</summary>
    public async Task<ReadOnlyMemory<byte>> DownloadAsync(string path, CancellationToken cancellationToken) =>
        (await _transport.SendAsync(HttpMethod.Get, Root + path, null, cancellationToken)).Body;

    public Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(new BrokerCall(HttpMethod.Post, path, body), cancellationToken);

    /// <summary>A call on its conditions; what is answered about a key or secret has its entity tag beside, as <c>etag</c>.</summary>
    public async Task<JsonObject> SendAsync(BrokerCall call, CancellationToken cancellationToken)
    {
        var request = _transport.Request(call.Method, Root + call.Path, BrokerTransport.Encode(call.Body));
        call.AddConditions(request);
        var answer = await _transport.SendAsync(request, cancellationToken);
        var json = answer.Body.Length == 0 ? [] : answer.Json();
        if (answer.Tag is { } tag)
        {
            json["etag"] = tag;
        }

        return json;
    }

    /// <summary>Posts, and reads the answer as a stream while it arrives.</summary>
    public Task<T> ReceiveAsync<T>(
        string path, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        _transport.ReceiveAsync(_transport.Request(HttpMethod.Post, Root + path, null), read, cancellationToken);

    /// <summary>Gets, and reads the answer as a stream while it arrives.</summary>
    public Task<T> DownloadAsync<T>(
        string path, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        _transport.ReceiveAsync(_transport.Request(HttpMethod.Get, Root + path, null), read, cancellationToken);

    /// <summary>Every item of a list, however many pages it has.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path, CancellationToken cancellationToken)
    {
        var items = new List<JsonObject>();
        await foreach (var item in ItemsAsync(path, null, cancellationToken))
        {
            items.Add(item);
        }

        return items;
    }

    /// <summary>The items of a list behind one, page by page as they are asked for.</summary>
    public async IAsyncEnumerable<JsonObject> ItemsAsync(
        string path, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = after;
        do
        {
            var query = next is null ? "?limit=500" : $"?limit=500&after={Uri.EscapeDataString(next)}";
            var page = await GetAsync(path + query, cancellationToken);
            foreach (var item in (page["items"] as JsonArray ?? []).OfType<JsonObject>())
            {
                yield return item;
            }

            next = (string?)page["next"];
        }
        while (next is not null);
    }

    public void Dispose() => _transport.Dispose();
}
