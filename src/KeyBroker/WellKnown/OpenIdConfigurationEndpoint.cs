using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Receipts;

namespace KeyBroker.WellKnown;

/// <summary>GET /.well-known/openid-configuration: where relying parties find the keys.</summary>
internal sealed class OpenIdConfigurationEndpoint(SigningKeys keys) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("/.well-known/openid-configuration");
        AllowAnonymous(); // Public.
    }

    public override Task HandleAsync(CancellationToken ct) => PublicJson.SendAsync(HttpContext, new JsonObject
    {
        ["issuer"] = keys.Issuer,
        ["jwks_uri"] = $"{keys.Issuer}/.well-known/jwks.json",
    });
}
