using System.Buffers.Text;
using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Benchmarks;

/// <summary>Every operation and protection over HTTP, each beside its raw limit.</summary>
internal sealed class OperationRates(BrokerClient client, LeanLoad load, int process, int requests, double nothing)
{
    private const int Concurrency = 8;

    private static readonly (string Type, string? Alg)[] s_types =
        [("ec-p256", "ES256"), ("ec-p384", "ES384"), ("rsa-2048", "PS256"), ("rsa-3072", "PS256"), ("hmac-sha256", null), ("aes-256", null)];

    private static readonly string s_message = Base64Url.EncodeToString(new byte[64]);

    /// <summary>What a call costs that only looks up a key: the limit of everything that runs at memory speed.</summary>
    public static Task<double> NothingAsync(LeanLoad load, int requests) =>
        load.RunAsync(new BrokerCall(HttpMethod.Get, BrokerClient.KeyPath("bench/signer"), null), requests, Concurrency);

    public async Task PrintAsync()
    {
        Console.WriteLine($"{"operation",-34} {"raw/s",10} {"HTTP/s",10} {"of raw",8} {"of a read",10} {"broker µs",10}");
        foreach (var (type, alg) in s_types)
        {
            var software = RawRates.InSoftware(type);
            if (type != "aes-256")
            {
                await PrintAsync(type, alg, "tpm", (await RawRates.InTpmAsync(type), software.Second));
            }

            await PrintAsync(type, alg, "sealed", software);
        }
    }

    private async Task PrintAsync(string type, string? alg, string protection, (double First, double Second) raw)
    {
        var name = $"bench/{type}-{protection}";
        var body = new JsonObject { ["name"] = name, ["type"] = type, ["protection"] = protection };
        await client.CallAsync(HttpMethod.Post, "/v1/keys", body, CancellationToken.None);
        var (verb, back) = type switch { "hmac-sha256" => ("mac", "mac-verify"), "aes-256" => ("encrypt", "decrypt"), _ => ("sign", "verify") };
        var use = First(type, alg);
        var made = await client.CallAsync(HttpMethod.Post, BrokerClient.KeyPath(name, verb), use, CancellationToken.None);
        Print($"{verb} {type} {protection}", raw.First, await MeasureAsync(BrokerClient.KeyPath(name, verb), use));

        // A code is verified by making it again, where the key is.
        var second = type == "hmac-sha256" ? raw.First : raw.Second;
        Print($"{back} {type} {protection}", second, await MeasureAsync(BrokerClient.KeyPath(name, back), Second(type, use, made)));
    }

    private static JsonObject First(string type, string? alg) => type switch
    {
        "aes-256" => new() { ["plaintext"] = s_message },
        "hmac-sha256" => new() { ["message"] = s_message },
        _ => new() { ["alg"] = alg, ["message"] = s_message },
    };

    private static JsonObject Second(string type, JsonObject use, BrokerResult made)
    {
        if (type == "aes-256")
        {
            return new() { ["ciphertext"] = made.Text("ciphertext") };
        }

        var body = use.DeepClone().AsObject();
        var member = type == "hmac-sha256" ? "mac" : "signature";
        body[member] = made.Text(member);
        return body;
    }

    private Task<(double Rate, double Microseconds)> MeasureAsync(string path, JsonObject body) => Footprint.CostAsync(
        process, requests, () => load.RunAsync(new BrokerCall(HttpMethod.Post, path, body), requests, Concurrency));

    private void Print(string operation, double raw, (double Rate, double Microseconds) measured) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{operation,-34} {raw,10:F0} {measured.Rate,10:F0} {measured.Rate / raw,8:F2} {measured.Rate / nothing,10:F2} {measured.Microseconds,10:F0}"));
}
