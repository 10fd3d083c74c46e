using System.Diagnostics;

namespace KeyBroker.Fuzz.Hostile;

/// <summary>Runs the flow once for each forgery, and prints how often what came of it.</summary>
internal static class HostileMode
{
    private const int RunsBetweenControls = 500;

    /// <param name="every">One forgery of how many is tried.</param>
    public static async Task<int> RunAsync(int every)
    {
        await using var bus = await HostileBus.StartAsync();
        var honest = await bus.ListenAsync();
        var (report, watch) = (new HostileReport(), Stopwatch.StartNew());
        foreach (var forgery in new Forgeries(honest).All().Where((_, number) => number % every == 0))
        {
            report.Add(forgery, await bus.RunAsync(forgery), bus.Crash);
            if (report.Runs % RunsBetweenControls == 0)
            {
                await bus.ListenAsync(); // It is the forgeries that are refused: the truth is still accepted.
            }
        }

        report.Print(Console.Out);
        Console.WriteLine(
            $"{honest.Count} exchanges a run, {watch.Elapsed.TotalSeconds:F0} s, the longest run {bus.Longest.TotalSeconds:F2} s, {bus.Resets} resets");
        return report.Failures.Count == 0 ? 0 : 1;
    }
}
