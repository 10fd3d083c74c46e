using FastEndpoints;
using KeyBroker.Attestation.Policies;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

/// <summary>The walk of every call about one key: the gate and the body first, then the message, the receipt.</summary>
internal abstract class KeyEndpoint(AccessGate gate, KeyAnswers answers) : EndpointWithoutRequest
{
    /// <summary>LIF-21. A rotation alone is no reason to begin anew, so that more than one attempt is rare.</summary>
    private const int MostAttempts = 3;

    protected abstract string Verb { get; }

    protected KeyAnswers Answers { get; } = answers;

    /// <summary>Reads the body, whose every member is known, into the message.</summary>
    protected abstract KeyMessage Read(Admission admission, RequestBody body);

    public override async Task HandleAsync(CancellationToken ct)
    {
        var wanted = (Verb, ResourceKind.Key, RequestTarget.Name(HttpContext));
        Func<KeyMessage>? read = null;
        var message = await gate.AdmitAsync(HttpContext, wanted, (admission, body) => (read = () => Read(admission, body))());
        var begun = Answers.Now;
        for (var attempt = 1; !await TryAnswerAsync(message with { Begun = begun, IsLast = attempt == MostAttempts }, ct); attempt++)
        {
            message = read!(); // Not the same message again: what was in it may be wiped.
        }
    }

    /// <summary>LIF-21. False where the key was rotated meanwhile: nothing was answered, nothing recorded.</summary>
    private async Task<bool> TryAnswerAsync(KeyMessage message, CancellationToken cancellation)
    {
        try
        {
            await AnswerAsync(message, cancellation);
            return true;
        }
        catch (KeySupersededException)
        {
            return false;
        }
    }

    protected virtual Task AnswerAsync(KeyMessage message, CancellationToken cancellation) =>
        Answers.SendAsync(HttpContext, StatusCodes.Status200OK, message, cancellation);
}
