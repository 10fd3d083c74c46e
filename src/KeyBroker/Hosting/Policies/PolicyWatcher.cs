using KeyBroker.Attestation.Policies;
using KeyBroker.Audit;
using KeyBroker.Pipeline;

namespace KeyBroker.Hosting;

/// <summary>Reloads the policies within half a second of a change to their files.</summary>
internal sealed partial class PolicyWatcher(
    PoliciesInForce policies, PolicyReload reload, TimeProvider time, ILogger<PolicyWatcher> log) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(400);
    private static readonly AuditSubject s_subject = new("policies.reload") { Peer = "watcher" };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seen = policies.Seen;
        using var timer = new PeriodicTimer(s_interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = policies.Files.Fingerprint();
            if (now != seen && await TryReloadAsync(stoppingToken))
            {
                seen = now;
            }
        }
    }

    /// <summary>False where the change is to be tried again: it is neither in force nor refused.</summary>
    private async Task<bool> TryReloadAsync(CancellationToken cancellation)
    {
        try
        {
            await reload.RunAsync(s_subject, cancellation);
            return true;
        }
        catch (PolicyException)
        {
            return true; // Logged, counted and recorded there.
        }
        catch (Exception failure) when (failure is AuditUnavailableException or IOException or UnauthorizedAccessException)
        {
            Postponed(failure.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "changed policies are not in force yet: {Detail}")]
    private partial void Postponed(string detail);
}
