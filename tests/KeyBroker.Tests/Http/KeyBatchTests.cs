using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>KEY-9 for the operations of key-operations.md.</summary>
public sealed class KeyBatchTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    [Theory]
    [InlineData("wrap", "wrapped", "unwrap", "key")]
    [InlineData("encrypt", "ciphertext", "rewrap", "ciphertext")]
    public async Task Batches_answer_each_item_for_itself(string make, string made, string use, string result)
    {
        using var keeper = await Keeper.StartAsync(broker);
        var name = "web/batch-" + use;
        await keeper.CreateAsync(name, "aes-256");
        var content = make == "wrap" ? "key" : "plaintext";
        var first = (await keeper.CallAsync(name, make, Items(new() { [content] = "AAAA" }, new() { [content] = "AAEC" }))).Json;
        var given = use == "rewrap" ? "ciphertext" : "wrapped";
        var items = first["results"]!.AsArray().Select(item => new JsonObject { [given] = item![made]!.DeepClone() }).ToList();
        items.Insert(1, new JsonObject { [given] = "kb:v1:AAAA" });
        var second = (await keeper.CallAsync(name, use, Items([.. items]))).Json;
        Assert.Equal(
            [null, "ciphertext-invalid", null],
            second["results"]!.AsArray().Select(item => item!["error"]?["code"]!.GetValue<string>()));
        Assert.Equal("AAAA", result == "key" ? second["results"]![0]!["key"]!.GetValue<string>() : "AAAA");
        Assert.Equal(use, second["op"]!.GetValue<string>());
    }

    [Fact]
    public async Task Data_keys_and_agreements_come_in_batches_too()
    {
        using var keeper = await Keeper.StartAsync(broker);
        await keeper.CreateAsync("web/batch-aes", "aes-256");
        await keeper.CreateAsync("web/batch-ec", "ec-p256", null, "agree");
        var keys = (await keeper.CallAsync("web/batch-aes", "data-key", Items([], new() { ["bytes"] = 3 }, new() { ["bytes"] = 64 }))).Json["results"]!.AsArray();
        Assert.Equal((32, 64), (keeper.Enc.Open(keys[0]!["jwe"]).Length, keeper.Enc.Open(keys[2]!["jwe"]).Length));
        Assert.Equal("request-malformed", keys[1]!["error"]!["code"]!.GetValue<string>());
        using var peer = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var secrets = (await keeper.CallAsync("web/batch-ec", "agree", Items(new() { ["peer"] = Jwk(peer) }, new() { ["peer"] = Jwk(peer) }))).Json["results"]!;
        Assert.Equal(keeper.Enc.Open(secrets[0]!["jwe"]), keeper.Enc.Open(secrets[1]!["jwe"]));
    }

    private static JsonObject Jwk(ECDiffieHellman key) => BadPeers.Jwk(key.ExportParameters(false));

    private static JsonObject Items(params JsonObject[] items) => new() { ["items"] = new JsonArray([.. items]) };
}
