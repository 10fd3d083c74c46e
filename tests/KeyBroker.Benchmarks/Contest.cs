using System.Diagnostics;

namespace KeyBroker.Benchmarks;

/// <summary>Two works by turns in short slices, so that what else the machine does falls on both alike.</summary>
internal static class Contest
{
    private const int Slices = 25;
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(60);

    /// <summary>The median time of each, in microseconds.</summary>
    public static (double First, double Second) Between(Action first, Action second)
    {
        var (firsts, seconds) = (new List<double>(), new List<double>());
        for (var slice = 0; slice < Slices; slice++)
        {
            firsts.Add(TimeOf(first));
            seconds.Add(TimeOf(second));
        }

        // The first slice warms up.
        return (Median(firsts[1..]), Median(seconds[1..]));
    }

    /// <summary>How many bytes a work allocates, on the average of many times.</summary>
    public static long AllocationOf(Action work)
    {
        const int Times = 50;
        work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Times; i++)
        {
            work();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Times;
    }

    private static double TimeOf(Action work)
    {
        var (start, times) = (Stopwatch.GetTimestamp(), 0);
        for (; Stopwatch.GetElapsedTime(start) < s_slice; times++)
        {
            work();
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / times;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
