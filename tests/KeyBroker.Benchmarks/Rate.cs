using System.Diagnostics;

namespace KeyBroker.Benchmarks;

/// <summary>How often a second something can be done.</summary>
internal static class Rate
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(3);

    /// <summary>One after the other on this thread, after a warm-up.</summary>
    public static double Of(Action work)
    {
        Repeat(work, s_warmUp);
        return Repeat(work, s_duration);
    }

    private static double Repeat(Action work, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var done = 0;
        for (; clock.Elapsed < duration; done++)
        {
            work();
        }

        return done / clock.Elapsed.TotalSeconds;
    }
}
