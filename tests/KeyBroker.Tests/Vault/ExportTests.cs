using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Vault;
using Xunit;

namespace KeyBroker.Tests.Vault;

/// <summary>KOP-11 and KOP-12: exportable keys as private JWKs, which do outside what they do here.</summary>
public sealed class ExportTests
{
    private static readonly byte[] s_content = "content"u8.ToArray();
    private static readonly byte[] s_aad = "aad"u8.ToArray();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ec-p256", "ES256", 32)]
    [InlineData("ec-p384", "ES384", 48)]
    public async Task An_ec_key_signs_outside_what_verifies_here(string type, string alg, int width)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await CreateAsync(fixture, type);
        var jwk = await ReleaseAsync(fixture, key);
        Assert.Equal(["crv", "kty", "x", "y", "kid", "d"], jwk.Select(member => member.Key));
        Assert.Equal(width, Bytes(jwk, "d").Length);
        using var outside = ECDsa.Create(new ECParameters
        {
            Curve = width == 32 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384,
            D = Bytes(jwk, "d"),
            Q = new ECPoint { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") },
        });
        await CheckAsync(outside.ExportPkcs8PrivateKeyPem());
        var digest = CryptographicOperations.HashData(SignatureAlgorithm.Find(alg).HashName, s_content);
        Assert.True(fixture.Vault.Signatures.Verify(key, alg, digest, outside.SignHash(digest), null));
    }

    [Theory]
    [InlineData("rsa-2048")]
    [InlineData("rsa-3072")]
    public async Task An_rsa_key_comes_with_every_member_and_openssl_finds_it_whole(string type)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await CreateAsync(fixture, type);
        var jwk = await ReleaseAsync(fixture, key);
        Assert.Equal(["e", "kty", "n", "kid", "d", "p", "q", "dp", "dq", "qi"], jwk.Select(member => member.Key));
        Assert.All(jwk.Where(member => member.Key is not ("kty" or "kid")), member => Assert.NotEqual(0, Bytes(jwk, member.Key)[0]));
        var half = KeyTypes.Of(key).Bits / 16;
        using var outside = RSA.Create(new RSAParameters
        {
            Modulus = Bytes(jwk, "n"),
            Exponent = Bytes(jwk, "e"),
            D = Padded(jwk, "d", 2 * half),
            P = Padded(jwk, "p", half),
            Q = Padded(jwk, "q", half),
            DP = Padded(jwk, "dp", half),
            DQ = Padded(jwk, "dq", half),
            InverseQ = Padded(jwk, "qi", half),
        });
        await CheckAsync(outside.ExportPkcs8PrivateKeyPem());
        var digest = SHA256.HashData(s_content);
        var signature = outside.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        Assert.True(fixture.Vault.Signatures.Verify(key, "PS256", digest, signature, null));
    }

    [Fact]
    public async Task An_hmac_key_makes_the_same_codes_outside()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await CreateAsync(fixture, "hmac-sha256");
        var jwk = await ReleaseAsync(fixture, key);
        Assert.Equal(["kty", "kid", "k"], jwk.Select(member => member.Key));
        Assert.Equal(
            HMACSHA256.HashData(Bytes(jwk, "k"), s_content), await fixture.Vault.Macs.MacAsync(key, s_content, Cancellation));
    }

    [Fact]
    public async Task What_an_aes_key_encrypted_and_wrapped_opens_outside_as_the_specification_says()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var ciphers = fixture.Vault.Ciphers;
        var key = await CreateAsync(fixture, "aes-256");
        await fixture.CommitAsync(await fixture.Vault.Keys.PrepareRotationAsync(key.Name, Cancellation));
        key = fixture.Vault.Keys.Find(key.Name)!;
        var jwk = await ReleaseAsync(fixture, key);
        var encrypted = await ciphers.EncryptAsync(key, s_content, s_aad, Cancellation);
        var wrapped = await ciphers.WrapAsync(key, s_content, null, Cancellation);
        Assert.Equal(s_content, Open(jwk, "keybroker-a256gcm-v1", encrypted, s_aad));
        Assert.Equal(s_content, Open(jwk, "keybroker-a256gcm-wrap-v1", wrapped, []));
        Assert.Throws<AuthenticationTagMismatchException>(() => Open(jwk, "keybroker-a256gcm-v1", wrapped, []));
    }

    [Fact]
    public async Task Only_an_exportable_key_that_is_active_is_released_and_only_a_sealed_one_is_exportable()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var kept = await fixture.CreateAsync(new KeySpec("kept", "ec-p256", "tests") { Protection = "sealed" });
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => fixture.Vault.Exports.PrivateJwkAsync(kept, null, Cancellation));
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => fixture.CreateAsync(
            new KeySpec("tpm", "ec-p256", "tests") { Protection = "tpm", Exportable = true }));
        var key = await CreateAsync(fixture, "ec-p256");
        await fixture.CommitAsync(await fixture.Vault.Keys.PrepareRotationAsync(key.Name, Cancellation));
        key = fixture.Vault.Keys.Find(key.Name)!;
        await DeniedAsync(ProblemCodes.KeyState, () => fixture.Vault.Exports.PrivateJwkAsync(key, 1, Cancellation));
        await DeniedAsync(ProblemCodes.NotFound, () => fixture.Vault.Exports.PrivateJwkAsync(key, 3, Cancellation));
    }

    private static Task<KeyRecord> CreateAsync(VaultFixture fixture, string type) => fixture.CreateAsync(
        new KeySpec("web/export", type, "tests") { Protection = "sealed", Exportable = true });

    private static async Task<JsonObject> ReleaseAsync(VaultFixture fixture, KeyRecord key)
    {
        using var jwk = await fixture.Vault.Exports.PrivateJwkAsync(key, null, Cancellation);
        return JsonNode.Parse(Encoding.UTF8.GetString(jwk.Span))!.AsObject();
    }

    private static async Task CheckAsync(string pem)
    {
        using var openssl = new OpenSsl();
        await OpenSsl.RunAsync("pkey", "-check", "-noout", "-in", openssl.File("key.pem", Encoding.ASCII.GetBytes(pem)));
    }

    /// <summary>KOP-2, as a foreign program would do it.</summary>
    private static byte[] Open(JsonObject jwk, string label, string ciphertext, byte[] aad)
    {
        var parts = ciphertext.Split(':');
        var kid = jwk["kid"]!.GetValue<string>().Split(':');
        Assert.Equal(parts[1], kid[1]);
        var version = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(version, int.Parse(parts[1][1..]));
        byte[] context = [.. Sized(label), .. Sized(kid[0]), .. version, .. aad];
        var box = Base64Url.Decode(parts[2]);
        var plaintext = new byte[box.Length - 28];
        using var aes = new AesGcm(Bytes(jwk, "k"), 16);
        aes.Decrypt(box[..12], box[12..^16], box[^16..], plaintext, context);
        return plaintext;
    }

    private static byte[] Sized(string text)
    {
        var sized = new byte[4 + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(sized, text.Length);
        Encoding.ASCII.GetBytes(text, sized.AsSpan(4));
        return sized;
    }

    private static byte[] Bytes(JsonObject jwk, string member) => Base64Url.Decode(jwk[member]!.GetValue<string>());

    private static byte[] Padded(JsonObject jwk, string member, int width)
    {
        var number = Bytes(jwk, member);
        return [.. new byte[width - number.Length], .. number];
    }

    private static async Task DeniedAsync(string code, Func<Task> act) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<DeniedException>(act)).Code);
}
