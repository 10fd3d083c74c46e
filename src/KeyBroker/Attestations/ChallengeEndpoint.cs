using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Nonces;
using KeyBroker.Hosting;

namespace KeyBroker.Attestations;

/// <summary>POST /v1/challenges: a nonce to quote over. Writes nothing.</summary>
internal sealed class ChallengeEndpoint(NonceAuthority nonces) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Post("/v1/challenges");
        AllowAnonymous(); // A nonce is worth nothing without a quote.
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        _ = (await RequestBody.ReadAsync(HttpContext)).Object();
        var challenge = nonces.Issue();
        await JsonAnswer.SendAsync(HttpContext, 201, new JsonObject
        {
            ["nonce"] = Base64Url.Encode(challenge.Nonce),
            ["expiresAt"] = Timestamp.Of(challenge.ExpiresAt),
        });
    }
}
