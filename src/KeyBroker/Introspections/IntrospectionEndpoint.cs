using FastEndpoints;
using KeyBroker.Clients;
using KeyBroker.Configuration;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Introspections;

/// <summary>POST /v1/introspection (RFC 7662): is this token good now?</summary>
internal sealed class IntrospectionEndpoint(ClientGate gate, IMediator mediator) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Post("/v1/introspection");
        AllowAnonymous(); // The client gate knows clients, the framework does not.
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var client = gate.Admit(HttpContext, ClientSettings.Introspect, IntrospectToken.Operation);
        var token = await FormBody.ReadAsync(HttpContext, "token");
        var outcome = await mediator.Send(new IntrospectToken(client, token, HttpContext.TraceIdentifier), ct);
        await JsonAnswer.SendAsync(HttpContext, 200, outcome.Value.Answer);
    }
}
