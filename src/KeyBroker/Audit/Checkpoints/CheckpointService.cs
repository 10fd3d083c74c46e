using KeyBroker.Configuration;
using KeyBroker.Storage;
using KeyBroker.Tpm;
using KeyBroker.TpmAccess;

namespace KeyBroker.Audit;

/// <summary>Makes a checkpoint at the start, at the end, and in between where records wait for one for long or are many.</summary>
internal sealed partial class CheckpointService(
    CheckpointMaker maker, CheckpointHealth health, BrokerSettings settings, TimeProvider clock, ILogger<CheckpointService> log)
    : BackgroundService
{
    private static readonly TimeSpan s_atTheEnd = TimeSpan.FromSeconds(2);
    private long? _made;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryAsync(stoppingToken);
        using var timer = new PeriodicTimer(AuditSettings.LeastGap, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (IsDue())
            {
                await TryAsync(stoppingToken);
            }
        }
    }

    /// <summary>The last thing that is said of the log is that it ends here; but a stop waits for no TPM.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_atTheEnd);
        await TryAsync(patience.Token);
    }

    private bool IsDue()
    {
        try
        {
            var uncovered = maker.Uncovered;
            return health.Failure is not null || uncovered >= settings.Audit.CheckpointRecords
                || _made is null || clock.GetElapsedTime(_made.Value) >= settings.Audit.CheckpointInterval;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private async Task TryAsync(CancellationToken cancellation)
    {
        try
        {
            _ = await maker.MakeAsync(cancellation);
            _made = clock.GetTimestamp();
            health.Covered();
        }
        catch (Exception failure) when (failure is CounterAheadException or StoreIntegrityException or TpmResultException)
        {
            health.Failed(failure.Message);
            Broken(failure.Message);
        }
        catch (Exception failure) when (failure is TpmUnavailableException or TpmException or StoreUnavailableException)
        {
            health.Failed(failure.Message);
            Late(failure.Message);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The broker stops; the next start makes it.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "no audit checkpoint can be made now, and it is tried again: {Detail}")]
    private partial void Late(string detail);

    [LoggerMessage(Level = LogLevel.Critical, Message = "no audit checkpoint can be made: {Detail}")]
    private partial void Broken(string detail);
}
