using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Hosting;
using KeyBroker.Idempotency;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys: a new key, which policies let machines use.</summary>
internal sealed class KeyMakeEndpoint(IMediator mediator, FirstAnswers first) : OnceEndpoint(first)
{
    public override void Configure()
    {
        Post("/v1/admin/keys");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var sent = await RequestBody.ReadAsync(HttpContext);
        var body = sent.Object(
            "name", "type", "protection", "residence", "operations", "exportable", "labels");
        var name = body.Text("name");
        if (!ResourceName.IsValid(name))
        {
            throw DeniedException.Malformed("not a name", "name");
        }

        var message = new MakeKey(Specification(body, name), Subject("key.create", $"keys/{name}", sent));
        await AnswerOnceAsync(message.Audit, 201, sent.Digest, async once =>
        {
            var made = (await mediator.Send(message with { Once = once }, cancellationToken)).Value;
            return once?.Kept ?? made.Kept!;
        });
    }

    private KeySpec Specification(StrictObject body, string name) => new(name, body.Text("type"), Peer.Name)
    {
        Protection = body.OptionalText("protection"),
        Residence = body.OptionalText("residence"),
        Operations = body.OptionalTexts("operations"),
        Exportable = body.OptionalBoolean("exportable") ?? false,
        Labels = Labels.Parse(body.Optional("labels")),
    };
}
