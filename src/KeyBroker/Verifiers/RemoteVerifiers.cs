using System.Collections.Frozen;
using System.Collections.Immutable;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>The verifiers of the configuration: whose passports count, and who is asked.</summary>
internal sealed partial class RemoteVerifiers : IDisposable
{
    private readonly FrozenDictionary<string, RemoteVerifier> _byName;
    private readonly FrozenDictionary<string, RemoteVerifier> _byIssuer;
    private readonly ILogger<RemoteVerifiers> _log;

    public RemoteVerifiers(ImmutableArray<VerifierSettings> settings, TimeProvider time, ILogger<RemoteVerifiers> log)
    {
        _log = log;
        All = [.. settings.Select(one => new RemoteVerifier(one, time, log))];
        _byName = All.ToFrozenDictionary(one => one.Name, StringComparer.Ordinal);
        SayWhoCallersAre();
        _byIssuer = All.Where(one => one.Settings.Kind == VerifierKind.Passport).ToFrozenDictionary(one => one.Settings.Issuer!, StringComparer.Ordinal);
    }

    public ImmutableArray<RemoteVerifier> All { get; }

    public bool IsAsked(string name) => _byName.TryGetValue(name, out var verifier) && verifier.Settings.Kind == VerifierKind.Background;

    /// <summary>Passports that an attester brought, each of another verifier, in their order.</summary>
    /// <exception cref="DeniedException">attestation-denied policy-result, request-malformed or verifier-unavailable.</exception>
    public async Task<IReadOnlyList<VerifiedResult>> CheckAsync(
        IReadOnlyList<ResultToken> passports, RuntimeData runtime, CancellationToken cancellation)
    {
        var verified = new List<VerifiedResult>();
        foreach (var passport in passports)
        {
            var result = await CheckAsync(passport, runtime, cancellation);
            if (verified.Exists(other => other.Result.Verifier == result.Result.Verifier))
            {
                throw DeniedException.Malformed("two results of one verifier", "results");
            }

            verified.Add(result);
        }

        return verified;
    }

    /// <summary>VER-40. Asks these at once; none of them is waited for longer than its own time.</summary>
    public async Task<BackgroundAnswers> AskAsync(
        IEnumerable<string> names, EvidenceDocument evidence, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(names.Select(name => AskAsync(_byName[name], evidence, cancellation)));
        return new BackgroundAnswers(
            [.. answers.Select(answer => answer.Result).OfType<AttestationResult>()],
            [.. answers.Where(answer => answer is { Result: null, Refusal: null }).Select(answer => answer.Verifier)],
            [.. answers.Select(answer => answer.Refusal).OfType<Reason>()]);
    }

    public void Dispose()
    {
        foreach (var verifier in All)
        {
            verifier.Dispose();
        }
    }

    // VER-32. What an administrator does to such a caller ends with its key, which is nothing to find out when it is needed.
    private void SayWhoCallersAre()
    {
        foreach (var nameless in All.Where(one => one.Settings is { Kind: VerifierKind.Passport, Subject: null }))
        {
            CallersAreKeys(nameless.Name);
        }
    }

    private async Task<VerifiedResult> CheckAsync(ResultToken passport, RuntimeData runtime, CancellationToken cancellation)
    {
        // VER-10. The issuer finds the verifier; that it is the issuer, the verifier's key shows.
        if (passport.ClaimedIssuer is not { } issuer || !_byIssuer.TryGetValue(issuer, out var verifier))
        {
            throw Denied(new Reason(ReasonCodes.PolicyResult, "its iss is none of a configured verifier") { Path = "iss" });
        }

        try
        {
            var result = await verifier.CheckAsync(passport, runtime, cancellation);
            VerifierInstruments.Ended(verifier.Name, "accepted");
            return result;
        }
        catch (ResultException wrong)
        {
            VerifierInstruments.Ended(verifier.Name, "refused");
            throw Denied(ReasonOf(verifier, wrong));
        }
        catch (VerifierUnavailableException unavailable)
        {
            VerifierInstruments.Ended(verifier.Name, "unavailable");
            throw new DeniedException(ProblemCodes.VerifierUnavailable, unavailable.Message);
        }
    }

    private async Task<Answer> AskAsync(RemoteVerifier verifier, EvidenceDocument evidence, CancellationToken cancellation)
    {
        try
        {
            var verified = await verifier.AppraiseAsync(evidence, cancellation);
            VerifierInstruments.Ended(verifier.Name, "accepted");
            return new Answer(verifier.Name, verified.Result, null);
        }
        catch (ResultException wrong)
        {
            VerifierInstruments.Ended(verifier.Name, "refused");
            Refused(verifier.Name, wrong.Message, wrong.Path);
            return new Answer(verifier.Name, null, ReasonOf(verifier, wrong));
        }
        catch (Exception failure) when (failure is VerifierUnavailableException or DeniedException)
        {
            VerifierInstruments.Ended(verifier.Name, "unavailable");
            Unavailable(verifier.Name, failure.Message);
            return new Answer(verifier.Name, null, null);
        }
    }

    private static Reason ReasonOf(RemoteVerifier verifier, ResultException wrong) =>
        new(ReasonCodes.PolicyResult, $"the result of {verifier.Name} does not count: {wrong.Message}") { Path = wrong.Path };

    private static DeniedException Denied(Reason reason) => new(ProblemCodes.AttestationDenied, reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the result of verifier {Verifier} does not count: {Detail} ({Path})")]
    private partial void Refused(string verifier, string detail, string path);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "the callers of verifier {Verifier} are their proof keys: one that makes another key is another caller, without its quota, its Idempotency-Keys, or having been revoked; set SubjectClaim to tell them apart")]
    private partial void CallersAreKeys(string verifier);

    [LoggerMessage(Level = LogLevel.Warning, Message = "verifier {Verifier} is silent: {Detail}")]
    private partial void Unavailable(string verifier, string detail);

    private sealed record Answer(string Verifier, AttestationResult? Result, Reason? Refusal);
}
