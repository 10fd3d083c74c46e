using FastEndpoints;
using KeyBroker.Attestation.Policies;
using KeyBroker.Gate;
using KeyBroker.Hosting;

namespace KeyBroker.Keys;

/// <summary>The walk of every call about one key: the gate and the body first, then the message, the receipt.</summary>
internal abstract class KeyEndpoint(AccessGate gate, KeyAnswers answers) : EndpointWithoutRequest
{
    protected abstract string Verb { get; }

    protected KeyAnswers Answers { get; } = answers;

    /// <summary>Reads the body, whose every member is known, into the message.</summary>
    protected abstract KeyMessage Read(Admission admission, RequestBody body);

    public override async Task HandleAsync(CancellationToken ct)
    {
        var wanted = (Verb, ResourceKind.Key, RequestTarget.Name(HttpContext));
        await AnswerAsync(await gate.AdmitAsync(HttpContext, wanted, Read), ct);
    }

    protected virtual Task AnswerAsync(KeyMessage message, CancellationToken cancellation) =>
        Answers.SendAsync(HttpContext, StatusCodes.Status200OK, message, cancellation);
}
