using System.Diagnostics;
using KeyBroker.Testing;

namespace KeyBroker.Benchmarks;

/// <summary>What a broker takes of its machine.</summary>
internal static class Footprint
{
    /// <summary>Resident memory in MB, after the collector had time to give back what it can.</summary>
    public static double MemoryOf(int process)
    {
        using var looked = Process.GetProcessById(process);
        return looked.WorkingSet64 / 1e6;
    }

    /// <summary>Processor time, of all cores, that a process takes for each of some requests, in microseconds.</summary>
    public static async Task<(double Rate, double Microseconds)> CostAsync(int process, int requests, Func<Task<double>> measure)
    {
        var before = ProcessorTimeOf(process);
        var rate = await measure();
        return (rate, (ProcessorTimeOf(process) - before).TotalMicroseconds / requests);
    }

    private static TimeSpan ProcessorTimeOf(int process)
    {
        using var looked = Process.GetProcessById(process);
        return looked.TotalProcessorTime;
    }

    /// <summary>From the start of keybrokerd on its own state to ready, in milliseconds: the median of several.</summary>
    public static async Task<double> StartAsync(int times)
    {
        await using var broker = await BrokerProcess.StartAsync();
        var taken = new List<double>();
        for (var time = 0; time < times; time++)
        {
            await broker.StopAsync();
            var clock = Stopwatch.StartNew();
            await broker.StartAgainAsync();
            taken.Add(clock.Elapsed.TotalMilliseconds);
        }

        return taken.Order().ElementAt(times / 2);
    }
}
