using System.Text.Json.Nodes;
using KeyBroker.Tests.Http.Api;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Threats I04 and F05: every operation with a key of every use. What the key was not made for is 422, whatever the grants say.</summary>
public sealed class KeyUsageTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private static readonly Dictionary<string, string> s_bodies = new()
    {
        ["sign"] = """{"alg":"ES256","message":"AA"}""",
        ["verify"] = """{"alg":"ES256","message":"AA","signature":"AA"}""",
        ["encrypt"] = """{"plaintext":"AA"}""",
        ["decrypt"] = """{"ciphertext":"kb:v1:AAAA"}""",
        ["wrap"] = """{"key":"AA"}""",
        ["unwrap"] = """{"wrapped":"kb:v1:AAAA"}""",
        ["data-key"] = "{}",
        ["rewrap"] = """{"ciphertext":"kb:v1:AAAA"}""",
        ["agree"] = $$"""{"peer":{{ApiWalk.Peer}}}""",
        ["mac"] = """{"message":"AA"}""",
        ["mac-verify"] = """{"message":"AA","mac":"AA"}""",
    };

    [Theory]
    [InlineData("ec-p256", "tpm", "sign", "verify")]
    [InlineData("ec-p256", "sealed", "sign", "verify")]
    [InlineData("ec-p256", "tpm", "agree")]
    [InlineData("ec-p256", "sealed", "agree")]
    [InlineData("rsa-2048", "tpm", "sign", "verify")]
    [InlineData("rsa-2048", "tpm", "encrypt", "decrypt", "wrap", "unwrap", "data-key", "rewrap")]
    [InlineData("rsa-2048", "sealed", "wrap")]
    [InlineData("hmac-sha256", "tpm", "mac", "mac-verify")]
    [InlineData("hmac-sha256", "sealed", "mac")]
    [InlineData("aes-256", "sealed", "encrypt", "decrypt", "wrap", "unwrap", "data-key", "rewrap")]
    [InlineData("aes-256", "sealed", "data-key")]
    public async Task A_key_does_what_it_was_made_for(string type, string protection, params string[] operations)
    {
        using var keeper = await Keeper.StartAsync(broker);
        var name = "web/" + Guid.NewGuid().ToString("N");
        await keeper.CreateAsync(name, type, protection, operations);
        foreach (var (verb, body) in s_bodies)
        {
            var answer = await keeper.CallAsync(name, verb, JsonNode.Parse(body)!.AsObject());
            if (!operations.Contains(verb))
            {
                answer.IsRefused(422, "operation-unsupported");
            }
            else if (verb is "decrypt" or "unwrap" or "rewrap")
            {
                answer.IsRefused(400, "ciphertext-invalid");
            }
            else
            {
                var isOtherAlg = type == "rsa-2048" && (verb is "sign" or "verify"); // ES256 is not of RSA.
                Assert.Equal(isOtherAlg ? 422 : 200, answer.Status);
            }
        }
    }

    [Theory]
    [InlineData("ec-p256", "sign", "agree")]
    [InlineData("ec-p384", "verify", "agree")]
    [InlineData("ec-p256", "encrypt")]
    [InlineData("rsa-2048", "sign", "unwrap")]
    [InlineData("rsa-3072", "agree")]
    [InlineData("hmac-sha256", "sign")]
    [InlineData("aes-256", "agree")]
    [InlineData("aes-256", "mac")]
    [InlineData("aes-256", "release")]
    public async Task No_key_is_made_for_two_uses_or_for_what_its_type_cannot_do(string type, params string[] operations)
    {
        using var keeper = await Keeper.StartAsync(broker);
        var body = new JsonObject
        {
            ["name"] = "web/never",
            ["type"] = type,
            ["operations"] = new JsonArray([.. operations.Select(operation => JsonValue.Create(operation))]),
        };
        (await keeper.Machine.CallAsync("POST", "/v1/keys", body.ToJsonString())).IsRefused(422, "operation-unsupported");
    }

    [Theory]
    [InlineData("wrap", """{"key":"AA","nonce":"AAAA"}""")]
    [InlineData("data-key", """{"iv":"AAAA"}""")]
    [InlineData("rewrap", """{"ciphertext":"kb:v1:AAAA","version":1}""")]
    [InlineData("unwrap", """{"wrapped":"kb:v1:AAAA","alg":"dir"}""")]
    public async Task Nobody_chooses_a_nonce_a_version_or_an_algorithm(string verb, string body)
    {
        using var keeper = await Keeper.StartAsync(broker);
        (await keeper.CallAsync("web/any", verb, JsonNode.Parse(body)!.AsObject())).IsRefused(400, "request-malformed");
    }
}
