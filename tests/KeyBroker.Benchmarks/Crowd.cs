using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Benchmarks;

/// <summary>Many callers with many more keys than the TPM has places for: every signature is checked, every wait is measured.</summary>
internal sealed class Crowd(BrokerClient client)
{
    private const int Callers = 200;
    private const int Keys = 500;
    private const int SignaturesOfEach = 25;

    private readonly ECDsa[] _public = new ECDsa[Keys];
    private readonly ConcurrentBag<double> _waits = [];
    private int _wrong;

    public async Task PrintAsync()
    {
        await Rate.OfEachAsync([.. Enumerable.Range(0, Keys)], concurrency: 8, MakeAsync);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAsync)));
        var rate = Callers * SignaturesOfEach / clock.Elapsed.TotalSeconds;
        var waits = _waits.Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Callers} callers, {Keys} keys: {waits.Length} signatures, {_wrong} wrong, {rate:F0}/s, p50 {waits[waits.Length / 2]:F0} ms, p99 {waits[waits.Length * 99 / 100]:F0} ms"));
    }

    private static string NameOf(int key) => $"bench/crowd-{key}";

    private async Task MakeAsync(int key, CancellationToken cancellation)
    {
        var body = new JsonObject { ["name"] = NameOf(key), ["type"] = "ec-p256", ["protection"] = "tpm" };
        var made = await client.CallAsync(HttpMethod.Post, "/v1/keys", body, cancellation);
        var jwk = made.Result["publicJwk"]!;
        _public[key] = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars((string)jwk["x"]!),
                Y = Base64Url.DecodeFromChars((string)jwk["y"]!),
            },
        });
    }

    private async Task CallAsync()
    {
        for (var done = 0; done < SignaturesOfEach; done++)
        {
            var key = RandomNumberGenerator.GetInt32(Keys);
            var digest = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
            var body = new JsonObject { ["alg"] = "ES256", ["digest"] = Base64Url.EncodeToString(digest) };
            var clock = Stopwatch.StartNew();
            var signed = await client.CallAsync(HttpMethod.Post, BrokerClient.KeyPath(NameOf(key), "sign"), body, CancellationToken.None);
            _waits.Add(clock.Elapsed.TotalMilliseconds);
            if (!_public[key].VerifyHash(digest, Base64Url.DecodeFromChars(signed.Text("signature"))))
            {
                Interlocked.Increment(ref _wrong);
            }
        }
    }
}
