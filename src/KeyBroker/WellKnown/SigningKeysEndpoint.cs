using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Receipts;

namespace KeyBroker.WellKnown;

/// <summary>GET /v1/broker/signing-keys: every published key with its statement and the TPM's certification of it.</summary>
internal sealed class SigningKeysEndpoint(SigningKeys keys) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("/v1/broker/signing-keys");
        AllowAnonymous(); // Public keys.
    }

    public override Task HandleAsync(CancellationToken ct) => PublicJson.SendAsync(HttpContext, new JsonObject
    {
        ["items"] = new JsonArray([.. keys.Published.Select(Item)]),
    });

    private static JsonObject Item(SigningKey key) => new()
    {
        ["kid"] = key.Kid,
        ["use"] = key.Use,
        ["publicJwk"] = key.ToJwk(),
        ["statement"] = Base64Url.Encode(key.StatementBytes),
        ["certification"] = key.Certification.ToJson(),
    };
}
