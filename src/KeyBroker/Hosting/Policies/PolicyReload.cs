using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Audit;
using KeyBroker.Pipeline;
using KeyBroker.Telemetry;

namespace KeyBroker.Hosting;

/// <summary>Brings edited policies into force: valid, then recorded, then swapped; a bad set is recorded and refused whole.</summary>
internal sealed partial class PolicyReload(PoliciesInForce policies, AuditLog audit, ILogger<PolicyReload> log) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <exception cref="PolicyException">The files are not a valid set; the last good one stays.</exception>
    /// <exception cref="AuditUnavailableException">The change cannot be recorded, so it does not happen.</exception>
    public async Task<PolicySet> RunAsync(AuditSubject subject, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var loaded = policies.Files.Load();
            await audit.AppendAsync(AuditEvents.Done(subject with { PolicyDigest = loaded.Digest }), CancellationToken.None);
            if (loaded.Digest != policies.Current.Digest)
            {
                Swapped(loaded.Digest);
            }

            policies.Adopt(loaded);
            PolicyInstruments.Reloaded(isAccepted: true);
            return loaded;
        }
        catch (PolicyException invalid)
        {
            PolicyInstruments.Reloaded(isAccepted: false);
            Refused(string.Join("; ", invalid.Errors));
            await audit.AppendAsync(AuditEvents.Denied(subject, new DeniedException(ProblemCodes.PolicyInvalid)), CancellationToken.None);
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "policies {Digest} are in force")]
    private partial void Swapped(string digest);

    [LoggerMessage(Level = LogLevel.Error, Message = "the edited policies are refused, the last good ones stay in force: {Errors}")]
    private partial void Refused(string errors);
}
