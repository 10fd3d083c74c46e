namespace KeyBroker.Enrollments;

/// <summary>How many machines may wait for approval, and for how long.</summary>
internal static class PendingBounds
{
    public const int Count = 10_000;
    public static readonly TimeSpan Age = TimeSpan.FromDays(7);
}
