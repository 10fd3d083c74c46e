using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>KOP-1 to KOP-7 over HTTP: wrapping, data keys, and bringing forward.</summary>
public sealed class KeyWrappingTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private static readonly byte[] s_key = Encoding.UTF8.GetBytes("a key of somebody's");

    [Theory]
    [InlineData("aes-256", "sealed")]
    [InlineData("rsa-2048", "tpm")]
    [InlineData("rsa-2048", "sealed")]
    [InlineData("rsa-3072", "sealed")]
    public async Task A_key_is_wrapped_unwrapped_and_brought_forward(string type, string protection)
    {
        using var keeper = await Keeper.StartAsync(broker);
        var name = $"web/wrap-{type}-{protection}";
        await keeper.CreateAsync(name, type, protection, "encrypt", "decrypt", "wrap", "unwrap", "data-key", "rewrap");
        var wrapped = (await keeper.UseAsync(name, "wrap", new() { ["key"] = Encode(s_key) }))["wrapped"]!.GetValue<string>();
        Assert.Matches("^kb:v1:[A-Za-z0-9_-]+$", wrapped);
        Assert.Equal(Encode(s_key), (await keeper.UseAsync(name, "unwrap", new() { ["wrapped"] = wrapped }))["key"]!.GetValue<string>());
        var sent = await keeper.UseAsync(name, "unwrap", new() { ["wrapped"] = wrapped, ["to"] = "enc" });
        Assert.Equal(s_key, keeper.Enc.Open(sent["jwe"]));
        (await keeper.CallAsync(name, "decrypt", new() { ["ciphertext"] = wrapped })).IsRefused(400, "ciphertext-invalid");
        (await keeper.CallAsync(name, "sign", new() { ["alg"] = "RS256", ["message"] = "AA" })).IsRefused(422, "operation-unsupported");

        await keeper.UseAsync(name, "rotate");
        var forward = (await keeper.UseAsync(name, "rewrap", new() { ["ciphertext"] = wrapped }))["ciphertext"]!.GetValue<string>();
        Assert.StartsWith("kb:v2:", forward, StringComparison.Ordinal);
        Assert.Equal(Encode(s_key), (await keeper.UseAsync(name, "unwrap", new() { ["wrapped"] = forward }))["key"]!.GetValue<string>());
        (await keeper.CallAsync(name, "decrypt", new() { ["ciphertext"] = forward })).IsRefused(400, "ciphertext-invalid");
    }

    [Fact]
    public async Task Aad_belongs_to_what_it_was_given_with()
    {
        using var keeper = await Keeper.StartAsync(broker);
        await keeper.CreateAsync("web/aad", "aes-256");
        var made = await keeper.UseAsync("web/aad", "data-key", new() { ["aad"] = "AAAA" });
        var wrapped = made["wrapped"]!.GetValue<string>();
        (await keeper.CallAsync("web/aad", "unwrap", new() { ["wrapped"] = wrapped })).IsRefused(400, "ciphertext-invalid");
        (await keeper.CallAsync("web/aad", "rewrap", new() { ["ciphertext"] = wrapped, ["aad"] = "AAA" })).IsRefused(400, "ciphertext-invalid");
        var opened = await keeper.UseAsync("web/aad", "unwrap", new() { ["wrapped"] = wrapped, ["aad"] = "AAAA", ["to"] = "enc" });
        Assert.Equal(keeper.Enc.Open(made["jwe"]), keeper.Enc.Open(opened["jwe"]));

        await keeper.CreateAsync("web/rsa-aad", "rsa-2048", "sealed", "wrap", "unwrap", "rewrap", "data-key");
        foreach (var (verb, member) in new[] { ("wrap", "key"), ("unwrap", "wrapped"), ("rewrap", "ciphertext"), ("data-key", "") })
        {
            var body = new JsonObject { ["aad"] = "AA" };
            _ = member.Length == 0 || body.TryAdd(member, "AAAA");
            (await keeper.CallAsync("web/rsa-aad", verb, body)).IsRefused(422, "operation-unsupported");
        }
    }

    [Fact]
    public async Task A_data_key_is_of_the_length_asked_for_and_the_same_header_does_not_bring_it_back()
    {
        using var keeper = await Keeper.StartAsync(broker);
        await keeper.CreateAsync("web/data-key", "aes-256");
        foreach (var bytes in new int?[] { null, 16, 24, 32, 48, 64 })
        {
            var made = await keeper.UseAsync("web/data-key", "data-key", bytes is null ? [] : new() { ["bytes"] = bytes });
            Assert.Equal(bytes ?? 32, keeper.Enc.Open(made["jwe"]).Length);
        }

        foreach (var bytes in new[] { 0, -1, 17, 65, 1 << 20 })
        {
            (await keeper.CallAsync("web/data-key", "data-key", new() { ["bytes"] = bytes })).IsRefused(400, "request-malformed");
        }

        // Nothing comes to be in the store, so there is nothing to be made once: an answer that holds a key is never kept.
        var twice = new List<string>();
        for (var time = 0; time < 2; time++)
        {
            var answer = await keeper.Machine.CallAsync(
                "POST", "/v1/keys/web%2Fdata-key/data-key", "{}", request => request.Headers.Add("Idempotency-Key", "once"));
            twice.Add(answer.Json["result"]!["wrapped"]!.GetValue<string>());
        }

        Assert.NotEqual(twice[0], twice[1]);
    }

    [Fact]
    public async Task Hundreds_of_changed_ciphertexts_get_one_answer()
    {
        using var keeper = await Keeper.StartAsync(broker);
        await keeper.CreateAsync("web/hostile", "aes-256");
        await keeper.CreateAsync("web/hostile-rsa", "rsa-2048", "tpm", "wrap", "unwrap", "rewrap", "encrypt", "decrypt");
        var changed = new List<string>();
        foreach (var name in new[] { "web/hostile", "web/hostile-rsa" })
        {
            var wrapped = (await keeper.UseAsync(name, "wrap", new() { ["key"] = Encode(s_key) }))["wrapped"]!.GetValue<string>();
            foreach (var (verb, member) in new[] { ("unwrap", "wrapped"), ("rewrap", "ciphertext"), ("decrypt", "ciphertext") })
            {
                var items = Changes.Of(wrapped, 120).Select(text => new JsonObject { [member] = text }).ToArray();
                var answers = (await keeper.CallAsync(name, verb, Items(items))).Json["results"]!.AsArray();
                changed.AddRange(answers.Select(answer => answer!.ToJsonString()));
                var single = await keeper.CallAsync(name, verb, new() { [member] = items[7][member]!.GetValue<string>() });
                single.IsRefused(400, "ciphertext-invalid");
            }
        }

        Assert.Equal(720, changed.Count);
        Assert.Equal("""{"error":{"code":"ciphertext-invalid"}}""", Assert.Single(changed.Distinct()));
    }

    private static string Encode(byte[] bytes) => Base64Url.Encode(bytes);

    private static JsonObject Items(params JsonObject[] items) => new() { ["items"] = new JsonArray([.. items]) };
}
