using KeyBroker.Hosting;
using KeyBroker.Idempotency;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys/{name}/rotate: the next version, the primary one at once or one that waits.</summary>
internal sealed class KeyRenewEndpoint(IMediator mediator, FirstAnswers first) : OnceEndpoint(first)
{
    public override void Configure()
    {
        Post("/v1/admin/keys/{name}/rotate");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var name = RequestTarget.Name(HttpContext, index: 3);
        var sent = await RequestBody.ReadAsync(HttpContext);
        var body = sent.Object("activate");
        var wanted = new Rotation
        {
            Activate = body.OptionalBoolean("activate") ?? true,
            Require = EntityTag.Demand(HttpContext.Request),
        };
        var message = new RenewKey(name, wanted, Reason: null, Subject("key.rotate", $"keys/{name}", sent));
        await AnswerOnceAsync(message.Audit, 200, sent.Digest, async once =>
        {
            var made = (await mediator.Send(message with { Once = once }, cancellationToken)).Value;
            return once?.Kept ?? made.Kept!;
        });
    }
}
