using System.Net.Http.Headers;
using KeyBroker.Client;

namespace KeyBroker.Benchmarks;

/// <summary>
/// Calls that were made ready before the clock starts, proof and all, and whose answers are not verified: what is measured
/// is the broker and not our client, which shares its cores.
/// </summary>
internal sealed class LeanLoad(Uri broker, string stateFolder) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private readonly StateFolder _state = new(stateFolder);

    /// <summary>So many calls with the machine's token, so many at a time.</summary>
    /// <returns>The rate.</returns>
    public async Task<double> RunAsync(BrokerCall call, int count, int concurrency)
    {
        var token = _state.Token!.Token;
        var body = BrokerTransport.Encode(call.Body);
        var target = new Uri(broker, call.Path);
        using var key = _state.ProofKey(TimeProvider.System);
        var ready = Enumerable.Range(0, count).Select(_ => Request(call.Method, target, body, (token, key.Prove(call.Method, target, token)))).ToArray();
        return await Rate.OfEachAsync(ready, concurrency, SendAsync);
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(HttpMethod method, Uri target, byte[]? body, (string Token, string Proof) shown)
    {
        var request = new HttpRequestMessage(method, target);
        request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", shown.Token);
        request.Headers.Add("DPoP", shown.Proof);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/jwt"));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    private async Task SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var answer = await _http.SendAsync(request, cancellation);
        await answer.Content.CopyToAsync(Stream.Null, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
