using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Attestations;

/// <summary>POST /v1/attestations: what state is it in? A quote says it, or a remote verifier.</summary>
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
        var issued = (await mediator.Send(Read(body), ct)).Value;
        await JsonAnswer.SendAsync(HttpContext, 200, new JsonObject
        {
            ["token"] = issued.Token,
            ["tokenType"] = "DPoP",
            ["expiresIn"] = (int)issued.Lifetime.TotalSeconds,
            ["policies"] = new JsonArray([.. issued.Policies.Select(policy => JsonValue.Create(policy))]),
        });
    }

    private IRequest<Outcome<IssuedToken>> Read(RequestBody body) => Passport.IsOne(body.Json)
        ? new AttestByResult(Passport.Parse(body.Json), HttpContext.TraceIdentifier)
        : new AttestMachine(Attestation.Evidence.Evidence.Parse(body.Json), HttpContext.TraceIdentifier);
}
