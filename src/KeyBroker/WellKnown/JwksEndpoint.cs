using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Receipts;

namespace KeyBroker.WellKnown;

/// <summary>GET /.well-known/jwks.json: the keys of tokens and results, the next ones too.</summary>
internal sealed class JwksEndpoint(SigningKeys keys) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("/.well-known/jwks.json");
        AllowAnonymous(); // Public keys.
    }

    public override Task HandleAsync(CancellationToken ct) => PublicJson.SendAsync(HttpContext, new JsonObject
    {
        ["keys"] = new JsonArray([.. keys.Published.Select(keys.ToJwk)]),
    });
}
