using KeyBroker.Attestation;
using KeyBroker.Storage;
using KeyBroker.Verifiers;

namespace KeyBroker.Hosting;

/// <summary>Which parts of the broker are not usable now. Whoever asks meanwhile gets the answer of the look under way.</summary>
internal sealed class Readiness(
    TpmReadiness tpm, Database database, AuditReadiness audit, PoliciesInForce policies, RemoteVerifiers verifiers, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<IReadOnlyList<Reason>>? _look;

    /// <summary>A reason for each part that is not usable; its path names the part.</summary>
    public Task<IReadOnlyList<Reason>> FaultsAsync()
    {
        lock (_lock)
        {
            return _look = _look is { IsCompleted: false } ? _look : Task.Run(LookAsync);
        }
    }

    private async Task<IReadOnlyList<Reason>> LookAsync()
    {
        var looks = new[]
        {
            JudgeAsync("tpm", ProblemCodes.TpmUnavailable, tpm.IsUsableAsync(s_patience)),
            JudgeAsync("store", ProblemCodes.StoreUnavailable, WithinAsync(StoreAnswersAsync())),
            JudgeAsync("audit", ProblemCodes.AuditUnavailable, WithinAsync(audit.IsUsableAsync())),
            JudgeAsync("policies", ProblemCodes.StoreUnavailable, Task.FromResult(policies.Files.CanBeListed())),
        };
        return [.. (await Task.WhenAll(looks)).OfType<Reason>(), .. MissingVerifiers()];
    }

    // VER-51. Without a verifier that must be there, whoever depends on it is better off with another broker.
    private IEnumerable<Reason> MissingVerifiers() => verifiers.All
        .Where(verifier => verifier is { Settings.IsRequired: true, IsUsable: false })
        .Select(verifier => new Reason(ProblemCodes.VerifierUnavailable, $"verifier {verifier.Name} is not usable") { Path = $"verifiers/{verifier.Name}" });

    private static async Task<Reason?> JudgeAsync(string part, string code, Task<bool> isUsable) =>
        await isUsable ? null : new Reason(code, $"{part} is not usable") { Path = part };

    private async Task<bool> WithinAsync(Task<bool> answer)
    {
        try
        {
            return await answer.WaitAsync(s_patience, time);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<bool> StoreAnswersAsync()
    {
        try
        {
            audit.Read();
            return await database.WriteAsync(_ => true, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
