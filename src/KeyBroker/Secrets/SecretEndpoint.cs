using FastEndpoints;
using KeyBroker.Attestation.Policies;
using KeyBroker.Gate;
using KeyBroker.Hosting;

namespace KeyBroker.Secrets;

/// <summary>The walk of every call about one secret: the gate and the body first, then the message, the receipt.</summary>
internal abstract class SecretEndpoint(AccessGate gate, SecretAnswers answers) : EndpointWithoutRequest
{
    protected abstract string Verb { get; }

    protected SecretAnswers Answers { get; } = answers;

    /// <summary>Reads the body, whose every member is known, into the message.</summary>
    protected abstract SecretMessage Read(Admission admission, RequestBody body);

    public override async Task HandleAsync(CancellationToken ct)
    {
        var wanted = (Verb, ResourceKind.Secret, RequestTarget.Name(HttpContext));
        await AnswerAsync(await gate.AdmitAsync(HttpContext, wanted, Read), ct);
    }

    protected virtual Task AnswerAsync(SecretMessage message, CancellationToken cancellation) =>
        Answers.SendAsync(HttpContext, StatusCodes.Status200OK, message, cancellation);
}
