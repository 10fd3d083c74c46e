using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>What a broker tells everybody.</summary>
public static class PublicBroker
{
    /// <param name="path">From the root, with its query.</param>
    public static async Task<JsonObject> GetAsync(Uri broker, string path, CancellationToken cancellationToken)
    {
        using var transport = BrokerTransport.ToUrl(broker);
        return (await transport.SendAsync(HttpMethod.Get, path, null, cancellationToken)).Json();
    }
}
