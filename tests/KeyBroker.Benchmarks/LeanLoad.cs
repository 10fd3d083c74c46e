using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using KeyBroker.Client;

namespace KeyBroker.Benchmarks;

/// <summary>
/// Calls that were made ready to the last byte before the clock starts, proof and all, and whose answers are read and not
/// verified: what is measured is the broker and not our client, which shares its cores.
/// </summary>
internal sealed class LeanLoad(Uri broker, string stateFolder)
{
    private readonly StateFolder _state = new(stateFolder);

    /// <summary>So many calls with the machine's token, so many at a time.</summary>
    /// <returns>The rate.</returns>
    public async Task<double> RunAsync(BrokerCall call, int count, int concurrency)
    {
        var token = _state.Token!.Token;
        var body = BrokerTransport.Encode(call.Body) ?? [];
        var target = new Uri(broker, call.Path);
        using var key = _state.ProofKey(TimeProvider.System);
        var ready = Enumerable.Range(0, count).Select(_ => Request(call.Method, target, body, (token, key.Prove(call.Method, target, token)))).ToArray();
        var waiting = new ConcurrentQueue<byte[]>(ready); // No caller ends long before the others.
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Factory.StartNew(() => Send(waiting), TaskCreationOptions.LongRunning)));
        return count / clock.Elapsed.TotalSeconds;
    }

    private static byte[] Request(HttpMethod method, Uri target, byte[] body, (string Token, string Proof) shown)
    {
        var head = new StringBuilder()
            .Append(method).Append(' ').Append(target.PathAndQuery).Append(" HTTP/1.1\r\n")
            .Append("Host: ").Append(target.Authority).Append("\r\n")
            .Append("Authorization: DPoP ").Append(shown.Token).Append("\r\n")
            .Append("DPoP: ").Append(shown.Proof).Append("\r\n")
            .Append("Accept: application/jwt\r\n");
        if (body.Length > 0)
        {
            head.Append("Content-Type: application/json\r\nContent-Length: ").Append(body.Length).Append("\r\n");
        }

        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body];
    }

    private void Send(ConcurrentQueue<byte[]> requests)
    {
        using var connection = new LeanConnection(broker);
        while (requests.TryDequeue(out var request))
        {
            connection.Exchange(request);
        }
    }
}
