using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Benchmarks;

/// <summary>What keys do beside signing and encrypting, over HTTP, each beside its raw limit.</summary>
internal sealed class KeyRates(BrokerClient client, LeanLoad load, int process, int requests)
{
    private const int Concurrency = 8;

    // Each makes a version, which stays: many would measure the length of the key's document.
    private const int RotationsEach = 8;

    private static readonly string[] s_opening = ["encrypt", "decrypt", "wrap", "unwrap", "data-key", "rewrap"];
    private static readonly string s_content = Base64Url.EncodeToString(new byte[32]);

    public async Task PrintAsync()
    {
        Console.WriteLine($"{"operation",-34} {"raw/s",10} {"HTTP/s",10} {"of raw",8} {"broker µs",10}");
        var fresh = RawKeyRates.FreshAgreement();
        var rsa = RawKeyRates.Rsa();
        await PrintAesAsync(fresh);
        await PrintRsaAsync("tpm", (rsa.Encrypt, await RawKeyRates.TpmDecryptAsync()));
        await PrintRsaAsync("sealed", rsa);
        await PrintAgreeAsync("tpm", await RawKeyRates.TpmAgreeAsync());
        await PrintAgreeAsync("sealed", fresh);
        await PrintReleaseAsync(fresh);
        await PrintLifeAsync();
        await PrintAsync("random", await RawKeyRates.TpmRandomAsync(), "/v1/random", new JsonObject { ["bytes"] = 32 }, requests);
    }

    private async Task PrintAesAsync(double fresh)
    {
        await MakeAsync("wrap-aes", "aes-256", "sealed", s_opening);
        var (one, two) = (RawKeyRates.Gcm(1), RawKeyRates.Gcm(2));
        var wrapped = await WrapAsync("wrap-aes");
        await PrintAsync("wrap aes-256 sealed", one, "wrap-aes", "wrap", new JsonObject { ["key"] = s_content });
        await PrintAsync("unwrap aes-256 sealed", one, "wrap-aes", "unwrap", new JsonObject { ["wrapped"] = wrapped });
        await PrintAsync("rewrap aes-256 sealed", two, "wrap-aes", "rewrap", new JsonObject { ["ciphertext"] = wrapped });
        await PrintAsync("data-key aes-256 sealed", fresh, "wrap-aes", "data-key", []);
    }

    private async Task PrintRsaAsync(string protection, (double Encrypt, double Decrypt) raw)
    {
        var name = "wrap-rsa-" + protection;
        await MakeAsync(name, "rsa-2048", protection, s_opening);
        var wrapped = await WrapAsync(name);
        await PrintAsync($"wrap rsa-2048 {protection}", raw.Encrypt, name, "wrap", new JsonObject { ["key"] = s_content });
        await PrintAsync($"unwrap rsa-2048 {protection}", raw.Decrypt, name, "unwrap", new JsonObject { ["wrapped"] = wrapped });
        await PrintAsync($"rewrap rsa-2048 {protection}", raw.Decrypt, name, "rewrap", new JsonObject { ["ciphertext"] = wrapped });
    }

    private async Task PrintAgreeAsync(string protection, double raw)
    {
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var peer = Jose.PublicJwk(other.ExportParameters(includePrivateParameters: false));
        await MakeAsync("agree-" + protection, "ec-p256", protection, ["agree"]);
        await PrintAsync($"agree ec-p256 {protection}", raw, "agree-" + protection, "agree", new JsonObject { ["peer"] = peer });
    }

    private async Task PrintReleaseAsync(double fresh)
    {
        await CallAsync("/v1/keys", new JsonObject
        {
            ["name"] = "bench/export",
            ["type"] = "ec-p256",
            ["protection"] = "sealed",
            ["exportable"] = true,
        });
        await PrintAsync("release ec-p256 sealed", fresh, "export", "release", new JsonObject { ["to"] = "enc" });
    }

    private async Task PrintLifeAsync()
    {
        await MakeAsync("life-tpm", "ec-p256", "tpm", ["sign", "verify"]);
        await MakeAsync("life-aes", "aes-256", "sealed", s_opening);
        await PrintAsync(
            "attestation ec-p256 tpm", await RawKeyRates.TpmCertifyAsync(), BrokerClient.KeyPath("bench/life-tpm", "attestation"), null, requests);
        var few = Math.Max(Concurrency, requests / RotationsEach);
        await PrintAsync(
            "rotate ec-p256 tpm", await RawKeyRates.TpmCreateAsync(isSealed: false), BrokerClient.KeyPath("bench/life-tpm", "rotate"), [], few);
        await PrintAsync(
            "rotate aes-256 sealed", await RawKeyRates.TpmCreateAsync(isSealed: true), BrokerClient.KeyPath("bench/life-aes", "rotate"), [], few);
    }

    private Task<BrokerResult> MakeAsync(string name, string type, string protection, string[] operations) => CallAsync("/v1/keys", new JsonObject
    {
        ["name"] = "bench/" + name,
        ["type"] = type,
        ["protection"] = protection,
        ["operations"] = new JsonArray([.. operations.Select(operation => JsonValue.Create(operation))]),
    });

    private async Task<string> WrapAsync(string name) =>
        (await CallAsync(BrokerClient.KeyPath("bench/" + name, "wrap"), new JsonObject { ["key"] = s_content })).Text("wrapped");

    private Task<BrokerResult> CallAsync(string path, JsonObject body) =>
        client.CallAsync(HttpMethod.Post, path, body, CancellationToken.None);

    private Task PrintAsync(string operation, double raw, string name, string verb, JsonObject body) =>
        PrintAsync(operation, raw, BrokerClient.KeyPath("bench/" + name, verb), body, requests);

    /// <param name="body">Null for a GET.</param>
    private async Task PrintAsync(string operation, double raw, string path, JsonObject? body, int count)
    {
        var call = new BrokerCall(body is null ? HttpMethod.Get : HttpMethod.Post, path, body);
        var (rate, microseconds) = await Footprint.CostAsync(process, count, () => load.RunAsync(call, count, Concurrency));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{operation,-34} {raw,10:F0} {rate,10:F0} {rate / raw,8:F2} {microseconds,10:F0}"));
    }
}
