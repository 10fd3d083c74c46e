using KeyBroker.Attestations;
using KeyBroker.Configuration;
using KeyBroker.Enrollments;
using KeyBroker.Idempotency;
using KeyBroker.Storage;

namespace KeyBroker.Hosting;

/// <summary>Removes what has no use any more: spent nonces and proofs, ended enrolments, pending machines, old attestations.</summary>
internal sealed partial class Housekeeping(Database database, BrokerSettings settings, SteadyTime time, ILogger<Housekeeping> log)
    : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_tolerableLead = TimeSpan.FromSeconds(5);

    // How long an ended enrolment answers that it has ended.
    private static readonly TimeSpan s_enrollmentAge = TimeSpan.FromDays(1);

    // What no row names any more is looked for among all that there is.
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromHours(1);
    private DateTimeOffset _nextSweep = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (time.Lead is var lead && lead > s_tolerableLead)
            {
                ClockWentBack(lead);
            }

            try
            {
                await database.WriteAsync(Clean, stoppingToken);
            }
            catch (StoreUnavailableException failure)
            {
                Skipped(failure.Message);
            }
        }
    }

    private void Clean(WriteTransaction transaction)
    {
        var now = time.GetUtcNow();
        var expired = new { now = now.ToUnixTimeMilliseconds(), old = (now - settings.AttestationRetention).ToUnixTimeMilliseconds(), ended = (now - s_enrollmentAge).ToUnixTimeMilliseconds() };
        transaction.Execute("DELETE FROM nonces WHERE expires_at < @now", expired);
        transaction.Execute("DELETE FROM proofs WHERE expires_at < @now", expired);
        transaction.Execute("DELETE FROM enrollments WHERE expires_at < @ended", expired);
        transaction.Execute("DELETE FROM attestations WHERE issued_at < @old", expired);
        FirstAnswerStore.RemoveOld(transaction, now);
        MachineRecords.PrunePending(transaction, now - PendingBounds.Age, PendingBounds.Count);
        if (now >= _nextSweep)
        {
            EventLogRecords.Sweep(transaction);
            MachineRecords.SweepVouched(transaction, now - settings.AttestationRetention);
            Contents.Sweep(transaction);
            _nextSweep = now + s_sweepInterval;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "the machine's clock was set back: the broker's own is {Lead} ahead of it and does not go back before a restart")]
    private partial void ClockWentBack(TimeSpan lead);

    [LoggerMessage(Level = LogLevel.Warning, Message = "housekeeping is skipped: {Detail}")]
    private partial void Skipped(string detail);
}
