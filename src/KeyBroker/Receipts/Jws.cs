using System.Text.Json.Nodes;
using KeyBroker.Audit;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace KeyBroker.Receipts;

/// <summary>Signs claims as a compact JWS with ES256.</summary>
internal static class Jws
{
    // The library's cache would keep keys of closed tests and rotated keys alive.
    private static readonly CryptoProviderFactory s_factory = new() { CacheSignatureProviders = false };

    public static string Sign(SigningKey key, string type, JsonObject claims)
    {
        var credentials = key.Credentials;
        credentials.CryptoProviderFactory = s_factory;
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(
            CanonicalJson.Text(claims), credentials, new Dictionary<string, object> { [JwtHeaderParameterNames.Typ] = type });
    }
}
