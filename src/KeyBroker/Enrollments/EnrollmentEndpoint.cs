using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Enrollments;

/// <summary>POST /v1/enrollments: which machine is this?</summary>
internal sealed class EnrollmentEndpoint(IMediator mediator) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Post("/v1/enrollments");
        AllowAnonymous(); // The activation that follows is the proof.
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var request = EnrollmentRequest.Parse(await RequestBody.ReadAsync(HttpContext));
        var opened = (await mediator.Send(new EnrollMachine(request, HttpContext.TraceIdentifier), ct)).Value;
        await JsonAnswer.SendAsync(HttpContext, 201, new JsonObject
        {
            ["id"] = opened.Id,
            ["machine"] = opened.Machine,
            ["credential"] = new JsonObject
            {
                ["blob"] = Base64Url.Encode(opened.Credential.Blob),
                ["secret"] = Base64Url.Encode(opened.Credential.Secret),
            },
            ["expiresAt"] = Timestamp.Of(opened.ExpiresAt),
        });
    }
}
