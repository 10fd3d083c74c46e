using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>The key a token is bound to; it signs one DPoP proof for every call (RFC 9449, 4.2).</summary>
internal sealed class ProofKey(ECDsa key, TimeProvider clock) : IDisposable
{
    private const int IdentifierBytes = 16;

    public JsonObject PublicJwk() => Jose.PublicJwk(key.ExportParameters(includePrivateParameters: false));

    /// <summary>A proof for one request: its method, its target without query, and the token that goes with it.</summary>
    public string Prove(HttpMethod method, Uri target, string token)
    {
        var header = new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = "ES256", ["jwk"] = PublicJwk() };
        var claims = new JsonObject
        {
            ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdentifierBytes)),
            ["htm"] = method.Method,
            ["htu"] = target.GetLeftPart(UriPartial.Path),
            ["iat"] = clock.GetUtcNow().ToUnixTimeSeconds(),
            ["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token))),
        };
        return Jose.Sign(key, header, claims);
    }

    public void Dispose() => key.Dispose();
}
