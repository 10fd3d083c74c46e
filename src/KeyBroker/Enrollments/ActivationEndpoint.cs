using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Enrollments;

/// <summary>POST /v1/enrollments/{id}/activation: the secret that only the right TPM recovers.</summary>
internal sealed class ActivationEndpoint(IMediator mediator) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Post("/v1/enrollments/{id}/activation");
        AllowAnonymous(); // The secret is the credential.
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var secret = (await RequestBody.ReadAsync(HttpContext)).Object("secret").Bytes("secret");
        var id = RequestTarget.Segment(HttpContext, 2);
        var activation = (await mediator.Send(new ActivateEnrollment(id, secret, HttpContext.TraceIdentifier), ct)).Value;
        var machine = activation.Machine!;
        await JsonAnswer.SendAsync(HttpContext, 200, new JsonObject
        {
            ["machine"] = machine.Id,
            ["name"] = machine.Name,
            ["status"] = machine.Status,
            ["trust"] = machine.Trust,
        });
    }
}
