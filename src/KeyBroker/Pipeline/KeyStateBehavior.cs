using KeyBroker.Attestation.Policies;
using KeyBroker.Keys;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Pipeline;

/// <summary>
/// Puts into the transaction that records the use of a key the check that its versions still admit the use (LIF-20). What
/// makes or changes a key has a commit of its own, which checks by itself.
/// </summary>
internal sealed class KeyStateBehavior<TRequest, TResponse>(KeyVault vault) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    public async Task<TResponse> Handle(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var response = await next();
        return request is KeyMessage { Admission.Verb: not Verb.Read and var verb } && response is Outcome<KeyResult> { Commit: null } outcome
            ? (TResponse)(object)Checked(outcome, verb)
            : response;
    }

    private Outcome<KeyResult> Checked(Outcome<KeyResult> outcome, string verb)
    {
        var (used, version) = (outcome.Value.Key, outcome.Version ?? outcome.Value.Version?.Version);
        IReadOnlyList<(int, string)> uses = outcome.RestsOn ?? (version is { } only ? [(only, verb)] : []);
        return outcome with { Commit = transaction => vault.RequireStill(transaction, used, uses) };
    }
}
