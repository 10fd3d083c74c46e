namespace KeyBroker.Fuzz.Hostile;

/// <summary>Lets every pause end at once: how often something is tried again matters here, not how slowly.</summary>
internal sealed class HurriedClock : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, TimeSpan.Zero, period);
}
