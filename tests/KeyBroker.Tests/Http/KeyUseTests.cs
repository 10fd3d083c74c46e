using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Audit;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Section 6 over HTTP: every type and verb, alone and in batches, with the platform as the other side.</summary>
public sealed class KeyUseTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private static readonly byte[] s_message = Encoding.UTF8.GetBytes("message");

    [Theory]
    [InlineData("ec-p256", "ES256", "tpm")]
    [InlineData("ec-p256", "ES256", "sealed")]
    [InlineData("ec-p384", "ES384", "tpm")]
    [InlineData("ec-p384", "ES384", "sealed")]
    [InlineData("rsa-2048", "RS256", "tpm")]
    [InlineData("rsa-2048", "PS256", "sealed")]
    [InlineData("rsa-3072", "PS256", "sealed")]
    public async Task A_signature_verifies_with_the_published_key(string type, string alg, string protection)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var name = $"web/{type}-{alg}-{protection}".ToLowerInvariant();
        var made = await CreateAsync(machine, new JsonObject { ["name"] = name, ["type"] = type, ["protection"] = protection });
        Assert.Equal(protection, made["key"]!["protection"]!.GetValue<string>());
        var jwk = PublicJwk.Parse(made["result"]!["publicJwk"]!.ToJsonString());

        var signed = (await machine.CallAsync("POST", Path(name, "sign"), Body(("alg", alg), ("message", Encode(s_message))))).Json;
        var signature = Base64Url.Decode(signed["result"]!["signature"]!.GetValue<string>());
        var hash = alg == "ES384" ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
        Assert.True(jwk.IsRsa
            ? jwk.ToRsa().VerifyData(s_message, signature, hash, alg == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1)
            : jwk.ToEcdsa().VerifyData(s_message, signature, hash));

        var digest = Encode(CryptographicOperations.HashData(hash, s_message));
        var verified = await machine.CallAsync("POST", Path(name, "verify"), Body(("alg", alg), ("digest", digest), ("signature", Encode(signature))));
        Assert.True(verified.Json["result"]!["valid"]!.GetValue<bool>());
        signature[3] ^= 1;
        verified = await machine.CallAsync("POST", Path(name, "verify"), Body(("alg", alg), ("digest", digest), ("signature", Encode(signature))));
        Assert.False(verified.Json["result"]!["valid"]!.GetValue<bool>());
        (await machine.CallAsync("POST", Path(name, "mac"), Body(("message", "AA")))).IsRefused(422, "operation-unsupported");
    }

    [Theory]
    [InlineData("tpm")]
    [InlineData("sealed")]
    public async Task Rsa_decrypts_what_anybody_encrypted(string protection)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var name = "web/decrypter-" + protection;
        var made = await CreateAsync(machine, new JsonObject
        {
            ["name"] = name,
            ["type"] = "rsa-2048",
            ["protection"] = protection,
            ["operations"] = new JsonArray("encrypt", "decrypt"),
        });
        using var rsa = PublicJwk.Parse(made["result"]!["publicJwk"]!.ToJsonString()).ToRsa();
        var ciphertext = "kb:v1:" + Encode(rsa.Encrypt(s_message, RSAEncryptionPadding.OaepSHA256));
        var opened = await machine.CallAsync("POST", Path(name, "decrypt"), Body(("ciphertext", ciphertext)));
        Assert.Equal(Encode(s_message), opened.Json["result"]!["plaintext"]!.GetValue<string>());
        (await machine.CallAsync("POST", Path(name, "encrypt"), Body(("plaintext", "AA"), ("aad", "AA")))).IsRefused(422, "operation-unsupported");
        (await machine.CallAsync("POST", Path(name, "encrypt"), Body(("plaintext", Encode(new byte[191]))))).IsRefused(413, "too-large");
        (await machine.CallAsync("POST", Path(name, "decrypt"), Body(("ciphertext", "kb:v1:AAAA")))).IsRefused(400, "ciphertext-invalid");
        (await machine.CallAsync("POST", Path(name, "sign"), Body(("alg", "RS256"), ("message", "AA")))).IsRefused(422, "operation-unsupported");
    }

    [Theory]
    [InlineData("tpm")]
    [InlineData("sealed")]
    public async Task A_code_verifies_also_after_rotation(string protection)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var name = "web/mac-" + protection;
        await CreateAsync(machine, new JsonObject { ["name"] = name, ["type"] = "hmac-sha256", ["protection"] = protection });
        var mac = (await machine.CallAsync("POST", Path(name, "mac"), Body(("message", Encode(s_message))))).Json["result"]!["mac"]!.GetValue<string>();
        Assert.Equal(200, (await machine.CallAsync("POST", Path(name, "rotate"))).Status);
        var verified = (await machine.CallAsync("POST", Path(name, "mac-verify"), Body(("message", Encode(s_message)), ("mac", mac)))).Json;
        Assert.True(verified["result"]!["valid"]!.GetValue<bool>());
        Assert.Equal((1, "deactivated"), (verified["key"]!["version"]!.GetValue<int>(), verified["key"]!["state"]!.GetValue<string>()));
        verified = (await machine.CallAsync("POST", Path(name, "mac-verify"), Body(("message", "AA"), ("mac", mac)))).Json;
        Assert.False(verified["result"]!["valid"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_batch_has_one_receipt_and_an_answer_for_each_item()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await CreateAsync(machine, new JsonObject { ["name"] = "web/batch", ["type"] = "aes-256" });
        var plaintexts = Enumerable.Range(0, 256).Select(number => new JsonObject { ["plaintext"] = Encode([(byte)number]) }).ToArray();
        var encrypted = await machine.CallAsync("POST", Path("web/batch", "encrypt"), Items([.. plaintexts]));
        Assert.Equal(200, encrypted.Status);
        var ciphertexts = encrypted.Json["results"]!.AsArray().Select(result => result!["ciphertext"]!.GetValue<string>()).ToArray();
        Assert.Equal(256, ciphertexts.Distinct().Count());

        var decrypted = (await machine.CallAsync("POST", Path("web/batch", "decrypt"), Items(
            new JsonObject { ["ciphertext"] = ciphertexts[7] },
            new JsonObject { ["ciphertext"] = "kb:v1:AAAA" },
            new JsonObject { ["ciphertext"] = ciphertexts[9], ["surplus"] = 1 },
            JsonValue.Create("no object"),
            new JsonObject { ["ciphertext"] = ciphertexts[8] }))).Json;
        Assert.Equal(
            ["""{"plaintext":"Bw"}""", """{"error":{"code":"ciphertext-invalid"}}""", """{"error":{"code":"request-malformed"}}""",
                """{"error":{"code":"request-malformed"}}""", """{"plaintext":"CA"}"""],
            decrypted["results"]!.AsArray().Select(result => result!.ToJsonString()));
        Assert.Null(decrypted["result"]);
        Assert.Equal(
            Encode(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Text(decrypted["results"])))),
            decrypted["resultDigest"]!.GetValue<string>());

        (await machine.CallAsync("POST", Path("web/batch", "encrypt"), Items())).IsRefused(400, "request-malformed");
        (await machine.CallAsync("POST", Path("web/batch", "encrypt"), Items([.. plaintexts.Append(plaintexts[0]).Select(item => item.DeepClone())])))
            .IsRefused(400, "request-malformed");
        (await machine.CallAsync("POST", Path("web/batch", "encrypt"), """{"items":[],"plaintext":"AA"}""")).IsRefused(400, "request-malformed");
        (await machine.CallAsync("POST", Path("web/nothing", "encrypt"), Items(new JsonObject { ["plaintext"] = "AA" }))).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task The_receipt_and_the_record_of_a_batch_name_the_versions_that_took_part()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await CreateAsync(machine, new JsonObject { ["name"] = "web/versions", ["type"] = "aes-256" });
        var old = (await machine.CallAsync("POST", Path("web/versions", "encrypt"), Body(("plaintext", "AA")))).Json["result"]!["ciphertext"]!.GetValue<string>();
        await machine.CallAsync("POST", Path("web/versions", "rotate"));
        var young = (await machine.CallAsync("POST", Path("web/versions", "encrypt"), Body(("plaintext", "AA")))).Json["result"]!["ciphertext"]!.GetValue<string>();

        var one = (await machine.CallAsync("POST", Path("web/versions", "decrypt"), Items(new JsonObject { ["ciphertext"] = old }))).Json["key"]!;
        Assert.Equal((1, "deactivated"), (one["version"]!.GetValue<int>(), one["state"]!.GetValue<string>()));
        var both = (await machine.CallAsync("POST", Path("web/versions", "decrypt"), Items(
            new JsonObject { ["ciphertext"] = old }, new JsonObject { ["ciphertext"] = young }))).Json;
        Assert.Null(both["key"]); // A claim of a key names a version.
        Assert.Equal("keys/web/versions", both["sub"]!.GetValue<string>());
        var audit = await broker.Admin.GetStringAsync(
            $"/v1/admin/audit?after={both["seq"]!.GetValue<long>() - 1}&limit=1", TestContext.Current.CancellationToken);
        Assert.Contains("versions", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receipts_come_with_or_without_their_result_signed_or_not()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await CreateAsync(machine, new JsonObject { ["name"] = "web/receipts", ["type"] = "aes-256" });
        foreach (var (accept, isJson) in new[] { (null, false), ("*/*", false), ("application/jwt", false), ("application/json", true), ("application/json, application/jwt", false) })
        {
            var answer = await machine.CallAsync("GET", Path("web/receipts"), edit: request => Accept(request, accept, null));
            Assert.Equal(isJson, answer.Text.StartsWith('{'));
        }

        var receipt = await machine.CallAsync("POST", Path("web/receipts", "encrypt"), Body(("plaintext", "AA")),
            request => Accept(request, "application/json", "receipt"));
        Assert.Null(receipt.Json["result"]);
        Assert.NotNull(receipt.Json["resultDigest"]);
        Assert.Contains("Preference-Applied: receipt", receipt.Headers, StringComparison.Ordinal);
    }

    private static string Path(string name, string? verb = null) =>
        "/v1/keys/" + Uri.EscapeDataString(name) + (verb is null ? "" : "/" + verb);

    private static string Encode(byte[] bytes) => Base64Url.Encode(bytes);

    private static string Body(params (string Name, string Value)[] members) => new JsonObject(
        members.Select(member => KeyValuePair.Create<string, JsonNode?>(member.Name, member.Value))).ToJsonString();

    private static string Items(params JsonNode?[] items) => new JsonObject { ["items"] = new JsonArray(items) }.ToJsonString();

    private static void Accept(HttpRequestMessage request, string? accept, string? prefer)
    {
        request.Headers.Remove("Accept");
        _ = accept is not null && request.Headers.TryAddWithoutValidation("Accept", accept);
        _ = prefer is not null && request.Headers.TryAddWithoutValidation("Prefer", prefer);
    }

    private static async Task<JsonNode> CreateAsync(SoftwareMachine machine, JsonObject body)
    {
        var made = await machine.CallAsync("POST", "/v1/keys", body.ToJsonString());
        Assert.True(made.Status == 201, made.Text);
        return made.Json;
    }
}
