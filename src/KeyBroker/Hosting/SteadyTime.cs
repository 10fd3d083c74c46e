namespace KeyBroker.Hosting;

/// <summary>
/// The machine's clock, which while the broker runs never goes back: set back, it goes on from where it was by the
/// monotonic clock. What has ended does not begin again, and what was forgotten with it cannot be replayed.
/// </summary>
internal sealed class SteadyTime(TimeProvider machine) : TimeProvider
{
    private readonly Lock _lock = new();
    private (DateTimeOffset Time, long Timestamp) _last = (machine.GetUtcNow(), machine.GetTimestamp());

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <summary>How far the machine's clock is behind this one.</summary>
    public TimeSpan Lead => GetUtcNow() - machine.GetUtcNow();

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            var (wall, timestamp) = (machine.GetUtcNow(), machine.GetTimestamp());
            var steady = _last.Time + machine.GetElapsedTime(_last.Timestamp, timestamp);

            // A step forward is believed: whoever is wrong about it loses time, not safety.
            _last = wall > steady ? (wall, timestamp) : _last;
            return wall > steady ? wall : steady;
        }
    }

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);
}
