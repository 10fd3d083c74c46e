using System.Text.Json.Nodes;
using KeyBroker.Audit;
using Microsoft.IdentityModel.JsonWebTokens;

namespace KeyBroker.Receipts;

/// <summary>Signs claims as a compact JWS with ES256, whose header is <c>alg</c>, <c>kid</c>, <c>typ</c> and nothing else.</summary>
internal static class Jws
{
    private static readonly JsonWebTokenHandler s_handler = new() { SetDefaultTimesOnTokenCreation = false };

    public static string Sign(SigningKey key, string type, JsonObject claims) => s_handler.CreateToken(
        CanonicalJson.Text(claims), key.Credentials, new Dictionary<string, object> { [JwtHeaderParameterNames.Typ] = type });
}
