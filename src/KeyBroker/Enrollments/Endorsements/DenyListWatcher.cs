using KeyBroker.Attestation;
using KeyBroker.Audit;
using KeyBroker.Pipeline;

namespace KeyBroker.Enrollments;

/// <summary>Brings an edited deny list into force within half a second: valid, recorded, swapped; a bad one is recorded and refused.</summary>
internal sealed partial class DenyListWatcher(
    TrustedEndorsements endorsements, AuditLog audit, TimeProvider time, ILogger<DenyListWatcher> log) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(400);
    private static readonly AuditSubject s_subject = new("endorsements.reload") { Peer = "watcher" };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (endorsements.File is not { } file)
        {
            return;
        }

        var seen = endorsements.Seen;
        using var timer = new PeriodicTimer(s_interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = file.Fingerprint();
            if (now != seen && await TryReloadAsync(file))
            {
                seen = now;
            }
        }
    }

    /// <summary>False where the change is to be tried again: it is neither in force nor refused.</summary>
    private async Task<bool> TryReloadAsync(DenyListFile file)
    {
        try
        {
            return await ReloadAsync(file);
        }
        catch (AuditUnavailableException failure)
        {
            Postponed(failure.Message);
            return false;
        }
    }

    private async Task<bool> ReloadAsync(DenyListFile file)
    {
        try
        {
            var denied = file.Load();
            await audit.AppendAsync(AuditEvents.Done(s_subject), CancellationToken.None);
            endorsements.Adopt(denied);
            Swapped(denied.Machines.Count, denied.Certificates.Count, denied.Firmware.Length);
        }
        catch (Exception failure) when (DenyListFile.IsBad(failure))
        {
            Refused(failure.Message);
            await audit.AppendAsync(AuditEvents.Denied(s_subject, new DeniedException(ProblemCodes.RequestMalformed)), CancellationToken.None);
        }

        return true;
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "a deny list of {Machines} machines, {Certificates} certificates and {Firmware} firmware versions is in force")]
    private partial void Swapped(int machines, int certificates, int firmware);

    [LoggerMessage(Level = LogLevel.Error, Message = "the edited deny list is refused, the last good one stays in force: {Error}")]
    private partial void Refused(string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the changed deny list is not in force yet: {Detail}")]
    private partial void Postponed(string detail);
}
