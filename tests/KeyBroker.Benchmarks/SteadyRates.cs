using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Client;
using KeyBroker.Testing;

namespace KeyBroker.Benchmarks;

/// <summary>
/// What a broker that has been at work for some minutes gets out of its TPM, beside the raw rate: both by turns, so that what
/// else the machine does falls on both alike.
/// </summary>
internal static class SteadyRates
{
    private const int Rounds = 9;
    private static readonly TimeSpan s_warmingUp = TimeSpan.FromSeconds(60);
    private const int Requests = 5_000;
    private const int BatchSize = 64;
    private const int Callers = 32;

    public static async Task PrintAsync()
    {
        await using var swtpm = await Swtpm.StartAsync();
        using var transport = new TapTransport(swtpm.OpenTransport());
        var tpm = new Tpm.Tpm(transport);
        var signing = transport.Again(LocalRates.Signing(tpm));
        var unsealing = transport.Again(new TpmCommands(tpm).Unsealing);
        Console.WriteLine($"{"by turns, median of rounds",-34} {"raw/s",10} {"broker/s",10} {"of raw",8} {"broker µs",10}");
        await PrintVaultAsync(signing, unsealing);
        await PrintBrokerAsync(signing, unsealing);
    }

    private static async Task PrintVaultAsync(Action signing, Action unsealing)
    {
        await using var vault = await VaultRates.StartAsync();
        var (sign, unseal) = (await vault.SigningAsync(), await vault.UnsealingAsync());
        await CompareAsync("vault: sign ec-p256 tpm", signing, async () => (await sign(), double.NaN));
        await CompareAsync("vault: unseal", unsealing, async () => (await unseal(), double.NaN));
    }

    private static async Task PrintBrokerAsync(Action signing, Action unsealing)
    {
        await using var broker = await BrokerRates.StartAsync();
        await broker.ApproveAsync();
        await broker.SignAsync(Requests);
        var digest = SHA256.HashData("message"u8);
        var single = new JsonObject { ["alg"] = "ES256", ["digest"] = Base64Url.EncodeToString(digest) };
        var batch = new JsonObject { ["items"] = new JsonArray([.. Enumerable.Range(0, BatchSize).Select(_ => single.DeepClone())]) };
        var sign = BrokerClient.KeyPath(BrokerRates.KeyName, "sign");

        await CompareAsync("HTTP: sign ec-p256 tpm", signing, () => MeasureAsync(broker, new BrokerCall(HttpMethod.Post, sign, single), 1));
        await broker.Client.AttestAsync(BrokerRates.Pcrs, CancellationToken.None); // A token lasts for five minutes.
        await CompareAsync($"HTTP: {BatchSize} at a time", signing, () => MeasureAsync(broker, new BrokerCall(HttpMethod.Post, sign, batch), BatchSize));

        await broker.Client.AttestAsync(BrokerRates.Pcrs, CancellationToken.None);
        var put = new JsonObject { ["generate"] = new JsonObject { ["bytes"] = 32 } };
        await broker.Client.CallAsync(HttpMethod.Put, BrokerClient.SecretPath(BrokerRates.SecretName), put, CancellationToken.None);
        var release = new BrokerCall(HttpMethod.Post, BrokerClient.SecretPath(BrokerRates.SecretName, "release"), new JsonObject { ["to"] = "enc" });
        await CompareAsync("HTTP: release of a secret", unsealing, () => MeasureAsync(broker, release, 1));
    }

    private static async Task<(double Rate, double Cost)> MeasureAsync(BrokerRates broker, BrokerCall call, int each)
    {
        var (rate, cost) = await Footprint.CostAsync(
            broker.ProcessId, Requests, () => broker.Load.RunAsync(call, Requests / each, Callers));
        return (rate * each, cost);
    }

    private static async Task CompareAsync(string name, Action raw, Func<Task<(double Rate, double Cost)>> measure)
    {
        // The runtime compiles what is called often anew, and needs long for it while both cores are busy.
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < s_warmingUp;)
        {
            await measure();
        }

        var rounds = new List<(double Raw, double Broker, double Cost)>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = Rate.Briefly(raw);
            var (rate, cost) = await measure();
            rounds.Add(((before + Rate.Briefly(raw)) / 2, rate, cost));
        }

        var ratio = Median(rounds.Select(round => round.Broker / round.Raw));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-34} {Median(rounds.Select(round => round.Raw)),10:F0} {Median(rounds.Select(round => round.Broker)),10:F0} {ratio,8:F2} {Median(rounds.Select(round => round.Cost)),10:F0}"));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
