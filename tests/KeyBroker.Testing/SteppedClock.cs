namespace KeyBroker.Testing;

/// <summary>The machine's clock, whose wall time can be set; its monotonic time goes on as it is.</summary>
public sealed class SteppedClock : TimeProvider
{
    private long _ticks;

    public void Step(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));
}
