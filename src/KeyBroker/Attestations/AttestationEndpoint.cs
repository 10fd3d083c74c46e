using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Attestations;

/// <summary>POST /v1/attestations: what state is it in?</summary>
internal sealed class AttestationEndpoint(IMediator mediator) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Post("/v1/attestations");
        AllowAnonymous(); // The evidence is the credential.
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var body = await RequestBody.ReadAsync(HttpContext, RequestBody.EvidenceLimit);
        var evidence = Attestation.Evidence.Evidence.Parse(body.Json);
        var issued = (await mediator.Send(new AttestMachine(evidence, HttpContext.TraceIdentifier), ct)).Value;
        await JsonAnswer.SendAsync(HttpContext, 200, new JsonObject
        {
            ["token"] = issued.Token,
            ["tokenType"] = "DPoP",
            ["expiresIn"] = (int)issued.Lifetime.TotalSeconds,
            ["policies"] = new JsonArray([.. issued.Policies.Select(policy => JsonValue.Create(policy))]),
        });
    }
}
