using KeyBroker.Attestation.Policies;
using KeyBroker.Keys;
using KeyBroker.Secrets;
using KeyBroker.Storage;
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
            (KeyMessage { Admission.Verb: not Verb.Read and var verb } message, Outcome<KeyResult> { Commit: null } used) =>
                (TResponse)(object)Checked(used, verb, message.IsLast),
            (SecretMessage { Admission.Verb: not Verb.Read and var verb }, Outcome<SecretResult> { Commit: null } used) =>
                (TResponse)(object)Checked(used, verb),
            _ => response,
        };
    }

    private Outcome<KeyResult> Checked(Outcome<KeyResult> outcome, string verb, bool isLast)
    {
        var (used, version) = (outcome.Value.Key, outcome.Version ?? outcome.Value.Version?.Version);
        IReadOnlyList<(int Version, string Verb)> uses = outcome.RestsOn ?? (version is { } only ? [(only, verb)] : []);
        return outcome with { Commit = transaction => RequireStill(transaction, (used, uses), isLast) };
    }

    /// <summary>LIF-21. What began anew often enough is refused as anything else is.</summary>
    private void RequireStill(WriteTransaction transaction, (KeyRecord Key, IReadOnlyList<(int Version, string Verb)> Uses) used, bool isLast)
    {
        try
        {
            keys.RequireStill(transaction, used.Key, used.Uses);
        }
        catch (KeySupersededException superseded) when (isLast)
        {
            throw superseded.Refusal;
        }
    }

    private Outcome<SecretResult> Checked(Outcome<SecretResult> outcome, string verb)
    {
        var (secret, version, _) = outcome.Value;
        return outcome with { Commit = transaction => secrets.RequireStill(transaction, secret, version.Version, verb) };
    }
}
