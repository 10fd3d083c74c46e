using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>The key a token is bound to; it signs one DPoP proof for every call (RFC 9449, 4.2).</summary>
/// <param name="key">The private half.</param>
/// <param name="clock">When a proof was made.</param>
/// <param name="certified">What shows that the TPM holds it, if it does.</param>
internal sealed class ProofKey(IProofSigner key, TimeProvider clock, CertifiedPublic? certified = null) : IDisposable
{
    private const int IdentifierBytes = 16;

    public JsonObject PublicJwk() => Jose.PublicJwk(key.PublicKey);

    /// <summary>The key as the evidence names it.</summary>
    public JsonObject Attested()
    {
        var cnf = new JsonObject { ["jwk"] = PublicJwk() };
        certified?.AddTo(cnf, "public");
        return cnf;
    }

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
        return Jose.Sign(key.Sign, header, claims);
    }

    public void Dispose() => key.Dispose();
}
