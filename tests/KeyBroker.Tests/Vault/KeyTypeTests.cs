using System.Security.Cryptography;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Vault;
using Xunit;

namespace KeyBroker.Tests.Vault;

/// <summary>Every type, protection and residence, with the platform's cryptography as the other side.</summary>
public sealed class KeyTypeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tpm", "local")]
    [InlineData("tpm", "fleet")]
    [InlineData("sealed", "local")]
    [InlineData("sealed", "fleet")]
    public async Task Keys_sign_what_their_public_part_verifies_also_after_a_restart(string protection, string residence)
    {
        await using var fixture = await VaultFixture.StartAsync();
        foreach (var (type, algorithms) in new[]
        {
            ("ec-p256", new[] { "ES256" }), ("ec-p384", ["ES384"]), ("rsa-2048", ["RS256", "PS256"]), ("rsa-3072", ["PS256"]),
        })
        {
            await fixture.CreateAsync(Spec(type, protection, residence));
            foreach (var algorithm in algorithms)
            {
                await SignsAsync(fixture, type, algorithm);
            }
        }

        await fixture.ReopenAsync();
        await SignsAsync(fixture, "ec-p384", "ES384");
        await SignsAsync(fixture, "rsa-2048", "RS256");
    }

    [Theory]
    [InlineData("rsa-2048", "tpm", "local")]
    [InlineData("rsa-3072", "tpm", "fleet")]
    [InlineData("rsa-2048", "sealed", "fleet")]
    [InlineData("rsa-3072", "sealed", "local")]
    public async Task Rsa_keys_decrypt_what_was_encrypted_to_them_by_anybody(string type, string protection, string residence)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var ciphers = fixture.Vault.Ciphers;
        var key = await fixture.CreateAsync(Spec(type, protection, residence) with { Operations = ["encrypt", "decrypt"] });
        using var rsa = PublicJwk.Parse(key.Primary.PublicJwk!).ToRsa();
        var longest = new byte[(rsa.KeySize / 8) - 66];

        foreach (var plaintext in new[] { [], "secret"u8.ToArray(), longest })
        {
            var foreign = new Ciphertext(1, rsa.Encrypt(plaintext, RSAEncryptionPadding.OaepSHA256)).ToString();
            Assert.Equal(plaintext, await ciphers.DecryptAsync(key, foreign, null, Cancellation));
            var ours = await ciphers.EncryptAsync(key, plaintext, null, Cancellation);
            Assert.Equal(plaintext, await ciphers.DecryptAsync(key, ours, null, Cancellation));
        }

        await DeniedAsync(ProblemCodes.TooLarge, () => ciphers.EncryptAsync(key, new byte[longest.Length + 1], null, Cancellation));
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => ciphers.EncryptAsync(key, longest, [], Cancellation));
        await EveryBadCiphertextIsOneAsync(ciphers, key, rsa);
    }

    [Theory]
    [InlineData("tpm", "local")]
    [InlineData("tpm", "fleet")]
    [InlineData("sealed", "local")]
    public async Task Hmac_keys_authenticate_messages_of_every_length(string protection, string residence)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var macs = fixture.Vault.Macs;
        var key = await fixture.CreateAsync(Spec("hmac-sha256", protection, residence));
        foreach (var length in new[] { 0, 1, 1024, 1025, 5000, Macs.LongestMessage })
        {
            var message = RandomNumberGenerator.GetBytes(length);
            var mac = await macs.MacAsync(key, message, Cancellation);
            Assert.Equal(32, mac.Length);
            Assert.Equal(1, (await macs.FindMakerAsync(key, (message, mac), Cancellation))?.Version);
            mac[5] ^= 1;
            Assert.Null(await macs.FindMakerAsync(key, (message, mac), Cancellation));
            Assert.Null(await macs.FindMakerAsync(key, (message, mac.AsMemory(0, 16)), Cancellation));
        }

        await DeniedAsync(ProblemCodes.TooLarge, () => macs.MacAsync(key, new byte[Macs.LongestMessage + 1], Cancellation));
    }

    [Fact]
    public async Task A_code_of_a_rotated_key_still_verifies_without_naming_its_version()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var macs = fixture.Vault.Macs;
        var before = await fixture.CreateAsync(Spec("hmac-sha256", "tpm", "local"));
        var mac = await macs.MacAsync(before, "m"u8.ToArray(), Cancellation);
        await fixture.CommitAsync(await fixture.Vault.Keys.PrepareRotationAsync(before.Name, Cancellation));
        var after = fixture.Vault.Keys.Find(before.Name)!;

        Assert.Equal(1, (await macs.FindMakerAsync(after, ("m"u8.ToArray(), mac), Cancellation))?.Version);
        Assert.NotEqual(mac, await macs.MacAsync(after, "m"u8.ToArray(), Cancellation));
    }

    [Theory]
    [InlineData("ec-p256", "ES384")]
    [InlineData("ec-p384", "ES256")]
    [InlineData("ec-p256", "RS256")]
    [InlineData("rsa-2048", "ES256")]
    [InlineData("rsa-2048", "RS512")]
    [InlineData("ec-p256", "none")]
    [InlineData("ec-p256", "HS256")]
    public async Task An_algorithm_of_another_key_is_unsupported(string type, string algorithm)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await fixture.CreateAsync(Spec(type, "sealed", "local"));
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => fixture.Vault.Signatures.SignAsync(
            key, algorithm, new byte[32], null, Cancellation));
    }

    [Fact]
    public async Task A_key_made_to_decrypt_does_not_sign_and_the_tpm_itself_refuses()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await fixture.CreateAsync(Spec("rsa-2048", "tpm", "local") with { Operations = ["decrypt"] });
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => fixture.Vault.Signatures.SignAsync(
            key, "RS256", new byte[32], null, Cancellation));
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => fixture.Vault.Ciphers.EncryptAsync(
            key, new byte[1], null, Cancellation));
        var attributes = Tpm.Structures.TpmPublic.ParseSized(key.Primary.Object.Public).Attributes;
        Assert.True(attributes.HasFlag(Tpm.Structures.ObjectAttributes.Decrypt));
        Assert.False(attributes.HasFlag(Tpm.Structures.ObjectAttributes.Sign));
    }

    private static KeySpec Spec(string type, string protection, string residence) =>
        new($"{type}/{protection}", type, "tests") { Protection = protection, Residence = residence };

    private static async Task SignsAsync(VaultFixture fixture, string type, string algorithm)
    {
        var signatures = fixture.Vault.Signatures;
        var page = fixture.Vault.Keys.List(null, 100).Select(listed => listed.Open());
        var key = page.Single(listed => listed.Type == type);
        var hash = SignatureAlgorithm.Find(algorithm).HashName;
        var digest = CryptographicOperations.HashData(hash, "message"u8);
        var signature = await signatures.SignAsync(key, algorithm, digest, null, Cancellation);

        var jwk = PublicJwk.Parse(key.Primary.PublicJwk!);
        var padding = algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        Assert.True(jwk.IsRsa
            ? jwk.ToRsa().VerifyData("message"u8, signature, hash, padding)
            : jwk.ToEcdsa().VerifyData("message"u8, signature, hash));
        Assert.True(signatures.Verify(key, algorithm, digest, signature, null));
        signature[7] ^= 1;
        Assert.False(signatures.Verify(key, algorithm, digest, signature, null));
    }

    private static async Task EveryBadCiphertextIsOneAsync(Ciphers ciphers, KeyRecord key, RSA rsa)
    {
        var good = rsa.Encrypt("secret"u8, RSAEncryptionPadding.OaepSHA256);
        var flipped = good.ToArray();
        flipped[17] ^= 4;
        byte[][] bad =
        [
            [], good[1..], [.. good, 0], flipped, new byte[good.Length], [.. Enumerable.Repeat((byte)0xFF, good.Length)],
            rsa.Encrypt("secret"u8, RSAEncryptionPadding.OaepSHA1), rsa.Encrypt("secret"u8, RSAEncryptionPadding.Pkcs1),
        ];
        foreach (var body in bad)
        {
            var denied = await Assert.ThrowsAsync<DeniedException>(() => ciphers.DecryptAsync(
                key, new Ciphertext(1, body).ToString(), null, Cancellation));
            Assert.Equal((ProblemCodes.CiphertextInvalid, "not a ciphertext of this key"), (denied.Code, denied.Message));
        }

        Assert.Equal("secret"u8.ToArray(), await ciphers.DecryptAsync(key, new Ciphertext(1, good).ToString(), null, Cancellation));
    }

    private static async Task DeniedAsync(string code, Func<Task> act) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<DeniedException>(act)).Code);
}
