using System.Diagnostics;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Telemetry;

/// <summary>Reads a broker's /metrics.</summary>
internal static class Scrape
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>The text once it holds all of these: the exporter answers from a short memory.</summary>
    public static async Task<string> UntilAsync(RunningBroker broker, params string[] wanted)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            // Over the admin socket, whose requests are not limited.
            var text = await broker.Admin.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
            var missing = wanted.Where(each => !text.Contains(each, StringComparison.Ordinal)).ToArray();
            if (missing.Length == 0)
            {
                return text;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < s_patience, $"{string.Join(", ", missing)} expected in:\n{text}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
