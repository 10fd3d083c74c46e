using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/rotate: the next version.</summary>
internal sealed class RotateKeyEndpoint(AccessGate gate, KeyAnswers answers) : KeyEndpoint(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Rotate;

    public override void Configure()
    {
        Post("/v1/keys/{name}/rotate");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override KeyMessage Read(Admission admission, RequestBody body)
    {
        _ = body.Object();
        return new RotateKey(admission.Meeting(Use.Plain), new Rotation { Require = EntityTag.Demand(HttpContext.Request) });
    }

    protected override Task AnswerAsync(KeyMessage message, CancellationToken cancellation) =>
        Answers.SendOnceAsync(HttpContext, StatusCodes.Status200OK, message, cancellation);
}
