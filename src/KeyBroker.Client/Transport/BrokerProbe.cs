namespace KeyBroker.Client;

/// <summary>Asks a broker whether it is ready; needs no identity and leaves nothing behind.</summary>
public static class BrokerProbe
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    /// <exception cref="BrokerUnreachableException">There is no answer.</exception>
    public static async Task<BrokerStatus> AskAsync(Uri broker, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !broker.IsLoopback }) { Timeout = s_timeout };
        try
        {
            using var answer = await http.GetAsync(new Uri(broker, "/readyz"), cancellationToken);
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            var problem = answer.IsSuccessStatusCode ? null : Problem.Parse((int)answer.StatusCode, body);
            return new BrokerStatus(problem, answer.Headers.Date, clock.GetUtcNow());
        }
        catch (HttpRequestException failure)
        {
            throw new BrokerUnreachableException($"no broker answers at '{broker}': {failure.Message}", failure);
        }
        catch (TaskCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BrokerUnreachableException($"the broker at '{broker}' did not answer in time", failure);
        }
    }
}
