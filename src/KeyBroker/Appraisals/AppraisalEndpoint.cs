using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Attestation;
using KeyBroker.Clients;
using KeyBroker.Configuration;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Appraisals;

/// <summary>POST /v1/appraisals: evidence over a relying party's own nonce in, an EAR for it out.</summary>
internal sealed class AppraisalEndpoint(ClientGate gate, IMediator mediator) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Post("/v1/appraisals");
        AllowAnonymous(); // The client gate knows clients, the framework does not.
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var client = gate.Admit(HttpContext, ClientSettings.Appraise, AppraiseEvidence.Operation);
        var body = await RequestBody.ReadAsync(HttpContext, RequestBody.EvidenceLimit);
        var evidence = Attestation.Evidence.Evidence.Parse(body.Json);
        if (evidence.Results.Count > 0)
        {
            // They would be about a nonce of ours, and none is used here.
            throw DeniedException.Malformed("results of remote verifiers are no part of evidence here", "results");
        }

        var appraised = (await mediator.Send(new AppraiseEvidence(client, evidence, HttpContext.TraceIdentifier), ct)).Value;
        await JsonAnswer.SendAsync(HttpContext, 200, new JsonObject
        {
            ["result"] = appraised.Result,
            ["expiresIn"] = (int)appraised.Lifetime.TotalSeconds,
        });
    }
}
