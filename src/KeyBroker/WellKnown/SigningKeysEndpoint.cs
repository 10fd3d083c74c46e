using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Receipts;
using KeyBroker.Vault;

namespace KeyBroker.WellKnown;

/// <summary>GET /v1/broker/signing-keys: every published key with its statement, the TPM's certification of it, and the key that certified.</summary>
internal sealed class SigningKeysEndpoint(SigningKeys keys, BrokerAttestationKey attestationKey) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("/v1/broker/signing-keys");
        AllowAnonymous(); // Public keys.
    }

    public override Task HandleAsync(CancellationToken ct) => PublicJson.SendAsync(HttpContext, new JsonObject
    {
        ["ak"] = new JsonObject
        {
            ["public"] = Base64Url.Encode(attestationKey.Area.ToSizedBytes()),
            ["name"] = attestationKey.Name,
        },
        ["items"] = new JsonArray([.. keys.Published.Select(Item)]),
    });

    private JsonObject Item(SigningKey key) => new()
    {
        ["kid"] = key.Kid,
        ["use"] = key.Use,
        ["publicJwk"] = keys.ToJwk(key),
        ["statement"] = Base64Url.Encode(key.StatementBytes),
        ["certification"] = key.Certification.ToJson(),
    };
}
