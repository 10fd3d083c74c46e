using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Client;
using KeyBroker.Testing;

namespace KeyBroker.Benchmarks;

/// <summary>
/// What a broker that has been at work for a while gets out of its TPM, beside the raw rate: both by turns, so that what
/// else the machine does falls on both alike.
/// </summary>
internal static class SteadyRates
{
    private const int Rounds = 9;
    private const int Requests = 3_000;
    private const int BatchSize = 64;

    public static async Task PrintAsync()
    {
        await using var broker = await BrokerRates.StartAsync();
        await broker.ApproveAsync();
        await broker.SignAsync(Requests);
        await using var swtpm = await Swtpm.StartAsync();
        using var tpm = swtpm.Open();
        await using var seals = await Swtpm.StartAsync();
        using var other = seals.Open();
        Console.WriteLine($"{"by turns, median of rounds",-34} {"raw/s",10} {"HTTP/s",10} {"of raw",8} {"broker µs",10}");
        var digest = SHA256.HashData("message"u8);
        var single = new JsonObject { ["alg"] = "ES256", ["digest"] = Base64Url.EncodeToString(digest) };
        var batch = new JsonObject { ["items"] = new JsonArray([.. Enumerable.Range(0, BatchSize).Select(_ => single.DeepClone())]) };
        var sign = BrokerClient.KeyPath(BrokerRates.KeyName, "sign");

        await CompareAsync(broker, "sign ec-p256 tpm", LocalRates.Signing(tpm), new BrokerCall(HttpMethod.Post, sign, single), 1);
        await CompareAsync(broker, $"  {BatchSize} at a time", LocalRates.Signing(tpm), new BrokerCall(HttpMethod.Post, sign, batch), BatchSize);
    }

    private static async Task CompareAsync(BrokerRates broker, string name, Action raw, BrokerCall call, int each)
    {
        var rounds = new List<(double Raw, double Http, double Cost)>();
        for (var round = 0; round < Rounds; round++)
        {
            var alone = Rate.Briefly(raw);
            var (rate, cost) = await Footprint.CostAsync(
                broker.ProcessId, Requests, () => broker.Load.RunAsync(call, Requests / each, BrokerRates.Concurrency));
            rounds.Add((alone, rate * each, cost));
        }

        var steady = rounds[(Rounds / 3)..];
        var (rawRate, httpRate) = (Median(steady.Select(round => round.Raw)), Median(steady.Select(round => round.Http)));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-34} {rawRate,10:F0} {httpRate,10:F0} {httpRate / rawRate,8:F2} {Median(steady.Select(round => round.Cost)),10:F0}"));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
