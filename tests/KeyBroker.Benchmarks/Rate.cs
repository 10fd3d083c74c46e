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

    /// <summary>As <see cref="Of"/>, for works that are measured again and again.</summary>
    public static double Briefly(Action work) => Repeat(work, s_warmUp);

    /// <summary>Each item once, so many at a time.</summary>
    public static async Task<double> OfEachAsync<T>(
        IReadOnlyCollection<T> items, int concurrency, Func<T, CancellationToken, Task> work)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency };
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(items, options, async (item, cancellation) => await work(item, cancellation));
        return items.Count / clock.Elapsed.TotalSeconds;
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
