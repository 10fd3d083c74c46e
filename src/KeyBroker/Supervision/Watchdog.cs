using KeyBroker.Storage;
using KeyBroker.TpmAccess;

namespace KeyBroker.Supervision;

/// <summary>Gives the service manager signs of life, but only while the TPM's thread and the database's get on.</summary>
internal sealed partial class Watchdog(
    ServiceManager manager, TpmWorker tpm, Database database, TimeProvider time, ILogger<Watchdog> log) : BackgroundService
{
    // Twice in a period, as sd_watchdog_enabled(3) advises.
    private const int SignsPerPeriod = 2;

    private long _tpmMark;
    private long _databaseMark;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (manager.WatchdogPeriod is not { } period)
        {
            return;
        }

        using var timer = new PeriodicTimer(period / SignsPerPeriod, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    private void Look()
    {
        var tpmIsStuck = tpm.Progress.IsStuckSince(ref _tpmMark);
        var databaseIsStuck = database.Progress.IsStuckSince(ref _databaseMark);
        if (tpmIsStuck || databaseIsStuck)
        {
            Stuck(tpmIsStuck ? "TPM" : "database");
        }
        else
        {
            manager.SignOfLife();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "no sign of life: the {Part} thread does not get on")]
    private partial void Stuck(string part);
}
