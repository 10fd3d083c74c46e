using KeyBroker.Attestation.Policies;
using KeyBroker.Keys;
using KeyBroker.Secrets;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Pipeline;

/// <summary>
/// Puts into the transaction that records the use of a key, or the release of a secret, the check that its versions still
/// admit the use (LIF-20). What makes or changes one has a commit of its own, which checks by itself.
/// </summary>
internal sealed class KeyStateBehavior<TRequest, TResponse>(KeyVault keys, SecretVault secrets) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    public async Task<TResponse> Handle(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var response = await next();
        return (request, response) switch
        {
            (KeyMessage { Admission.Verb: not Verb.Read and var verb }, Outcome<KeyResult> { Commit: null } used) =>
                (TResponse)(object)Checked(used, verb),
            (SecretMessage { Admission.Verb: not Verb.Read and var verb }, Outcome<SecretResult> { Commit: null } used) =>
                (TResponse)(object)Checked(used, verb),
            _ => response,
        };
    }

    private Outcome<KeyResult> Checked(Outcome<KeyResult> outcome, string verb)
    {
        var (used, version) = (outcome.Value.Key, outcome.Version ?? outcome.Value.Version?.Version);
        IReadOnlyList<(int, string)> uses = outcome.RestsOn ?? (version is { } only ? [(only, verb)] : []);
        return outcome with { Commit = transaction => keys.RequireStill(transaction, used, uses) };
    }

    private Outcome<SecretResult> Checked(Outcome<SecretResult> outcome, string verb)
    {
        var (secret, version, _) = outcome.Value;
        return outcome with { Commit = transaction => secrets.RequireStill(transaction, secret, version.Version, verb) };
    }
}
