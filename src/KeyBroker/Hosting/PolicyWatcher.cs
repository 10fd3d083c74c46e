using KeyBroker.Attestation.Policies;

namespace KeyBroker.Hosting;

/// <summary>Reloads the policies within half a second of a change to their files.</summary>
internal sealed class PolicyWatcher(PoliciesInForce policies, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(400);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seen = Fingerprint();
        using var timer = new PeriodicTimer(s_interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = Fingerprint();
            if (now != seen)
            {
                seen = now;
                TryReload();
            }
        }
    }

    private void TryReload()
    {
        try
        {
            policies.Reload();
        }
        catch (PolicyException)
        {
            // Logged and counted there; the last good set stays in force.
        }
    }

    /// <summary>Changes with the name, size or modification time of any file.</summary>
    private int Fingerprint()
    {
        var hash = new HashCode();
        try
        {
            foreach (var file in new DirectoryInfo(policies.Directory).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.FullName, StringComparer.Ordinal))
            {
                hash.Add(file.FullName);
                hash.Add(file.Length);
                hash.Add(file.LastWriteTimeUtc.Ticks);
            }
        }
        catch (IOException)
        {
            // A file went away while we looked: the next look differs.
        }
        catch (UnauthorizedAccessException)
        {
            hash.Add("unreadable");
        }

        return hash.ToHashCode();
    }
}
