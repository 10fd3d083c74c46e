using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>A relying party's side of an appraisal: its own nonce, a machine's evidence over it, and the broker's word on that.</summary>
public sealed class RelyingParty : IDisposable
{
    private const int NonceBytes = 32;

    private readonly BrokerTransport _transport;
    private readonly ClientCredentials _credentials;

    /// <exception cref="FormatException">The secret would go over the network in clear.</exception>
    public RelyingParty(Uri broker, ClientCredentials credentials)
    {
        if (broker.Scheme != Uri.UriSchemeHttps && !IsThisHost(broker))
        {
            throw new FormatException("a client's secret goes over https, or to this host, and nowhere else");
        }

        (_transport, _credentials) = (BrokerTransport.ToUrl(broker), credentials);
    }

    /// <summary>The issuer of a broker that is called by its own name.</summary>
    public string Issuer => _transport.BaseUrl;

    /// <summary>Unguessable, base64url: for one machine, once.</summary>
    public static string NewNonce() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceBytes));

    /// <returns>A compact JWS, of which nothing is verified yet: <see cref="AppraisalCheck"/> does.</returns>
    /// <exception cref="BrokerException">The evidence is not authentic, or the client is none.</exception>
    public async Task<string> AppraiseAsync(byte[] evidence, CancellationToken cancellationToken)
    {
        var request = _transport.Request(HttpMethod.Post, "/v1/appraisals", evidence);
        request.Headers.Authorization = _credentials.ToHeader();
        var answer = (await _transport.SendAsync(request, cancellationToken)).Json();
        return answer["result"] is JsonValue value && value.TryGetValue<string>(out var result)
            ? result
            : throw new BrokerAnswerException("the broker's answer has no 'result'");
    }

    /// <summary>The keys that the broker publishes.</summary>
    public async Task<JsonObject> JwksAsync(CancellationToken cancellationToken) =>
        (await _transport.SendAsync(HttpMethod.Get, "/.well-known/jwks.json", null, cancellationToken)).Json();

    public void Dispose() => _transport.Dispose();

    private static bool IsThisHost(Uri broker) =>
        broker.Host == "localhost" || (IPAddress.TryParse(broker.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
