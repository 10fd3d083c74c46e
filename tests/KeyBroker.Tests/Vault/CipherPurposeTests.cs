using System.Security.Cryptography;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Vault;
using Xunit;

namespace KeyBroker.Tests.Vault;

/// <summary>KOP-1 to KOP-7: what is encrypted is not unwrapped, what is wrapped is not decrypted, and either is brought forward.</summary>
public sealed class CipherPurposeTests
{
    private static readonly byte[] s_content = "content"u8.ToArray();
    private static readonly byte[] s_aad = "aad"u8.ToArray();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Keys => new()
    {
        { "aes-256", "sealed" }, { "rsa-2048", "tpm" }, { "rsa-2048", "sealed" }, { "rsa-3072", "tpm" }, { "rsa-3072", "sealed" },
    };

    [Theory, MemberData(nameof(Keys))]
    public async Task Each_opens_for_its_own_verb_alone_and_rewrap_keeps_it_what_it_was(string type, string protection)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var ciphers = fixture.Vault.Ciphers;
        var key = await CreateAsync(fixture, type, protection);
        var aad = type == "aes-256" ? s_aad : null;
        var encrypted = await ciphers.EncryptAsync(key, s_content, aad, Cancellation);
        var wrapped = await ciphers.WrapAsync(key, s_content, aad, Cancellation);
        await ApartAsync(ciphers, key, (encrypted, wrapped), aad);

        await fixture.CommitAsync(await fixture.Vault.Keys.PrepareRotationAsync(key.Name, Cancellation));
        var rotated = fixture.Vault.Keys.Find(key.Name)!;
        await ApartAsync(ciphers, rotated, (encrypted, wrapped), aad);
        encrypted = await ciphers.RewrapAsync(rotated, encrypted, aad, Cancellation);
        wrapped = await ciphers.RewrapAsync(rotated, wrapped, aad, Cancellation);
        Assert.Equal((2, 2), (Ciphertext.Parse(encrypted).Version, Ciphertext.Parse(wrapped).Version));
        await ApartAsync(ciphers, rotated, (encrypted, wrapped), aad);
    }

    [Theory, MemberData(nameof(Keys))]
    public async Task The_longest_and_the_shortest(string type, string protection)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var ciphers = fixture.Vault.Ciphers;
        var key = await CreateAsync(fixture, type, protection);
        var longest = type switch { "rsa-2048" => 172, "rsa-3072" => 300, _ => 64 * 1024 };
        foreach (var length in new[] { 1, longest })
        {
            var content = RandomNumberGenerator.GetBytes(length);
            var wrapped = await ciphers.WrapAsync(key, content, null, Cancellation);
            Assert.Equal(content, await ciphers.UnwrapAsync(key, wrapped, null, Cancellation));
        }

        await DeniedAsync(ProblemCodes.TooLarge, () => ciphers.WrapAsync(key, new byte[longest + 1], null, Cancellation));
        await DeniedAsync(ProblemCodes.RequestMalformed, () => ciphers.WrapAsync(key, [], null, Cancellation));
    }

    [Fact]
    public async Task Every_changed_wrapped_key_is_one_and_the_same_refusal()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var ciphers = fixture.Vault.Ciphers;
        var key = await CreateAsync(fixture, "aes-256", "sealed");
        var good = Ciphertext.Parse(await ciphers.WrapAsync(key, s_content, s_aad, Cancellation));
        for (var bit = 0; bit < good.Body.Length * 8; bit++)
        {
            var body = good.Body.ToArray();
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            await RefusedAsync(() => ciphers.UnwrapAsync(key, new Ciphertext(1, body).ToString(), s_aad, Cancellation));
            await RefusedAsync(() => ciphers.RewrapAsync(key, new Ciphertext(1, body).ToString(), s_aad, Cancellation));
        }

        for (var length = 0; length < good.Body.Length; length++)
        {
            await RefusedAsync(() => ciphers.UnwrapAsync(key, new Ciphertext(1, good.Body[..length]).ToString(), s_aad, Cancellation));
        }

        await RefusedAsync(() => ciphers.UnwrapAsync(key, good.ToString(), null, Cancellation));
        await RefusedAsync(() => ciphers.UnwrapAsync(key, new Ciphertext(2, good.Body).ToString(), s_aad, Cancellation));
        Assert.Equal(s_content, await ciphers.UnwrapAsync(key, good.ToString(), s_aad, Cancellation));
    }

    [Theory]
    [InlineData("tpm")]
    [InlineData("sealed")]
    public async Task Nothing_that_begins_like_a_wrapped_key_is_encrypted_with_RSA(string protection)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var ciphers = fixture.Vault.Ciphers;
        var key = await CreateAsync(fixture, "rsa-2048", protection);
        byte[] like = [.. "keybroker-wrap-v1\0"u8, 7];
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => ciphers.EncryptAsync(key, like, null, Cancellation));

        // Anybody may wrap with the public key, as the specification says it.
        using var rsa = PublicJwk.Parse(key.Primary.PublicJwk!).ToRsa();
        var foreign = new Ciphertext(1, rsa.Encrypt(like, RSAEncryptionPadding.OaepSHA256)).ToString();
        Assert.Equal([7], await ciphers.UnwrapAsync(key, foreign, null, Cancellation));
        await RefusedAsync(() => ciphers.DecryptAsync(key, foreign, null, Cancellation));
    }

    [Fact]
    public async Task A_key_made_to_encrypt_does_not_wrap_and_the_other_way_round()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var ciphers = fixture.Vault.Ciphers;
        var key = await fixture.CreateAsync(new KeySpec("data", "aes-256", "tests") { Operations = ["encrypt", "decrypt"] });
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => ciphers.WrapAsync(key, s_content, null, Cancellation));
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => ciphers.UnwrapAsync(key, "kb:v1:AAAA", null, Cancellation));
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => ciphers.RewrapAsync(key, "kb:v1:AAAA", null, Cancellation));
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => ciphers.MakeDataKeyAsync(key, 32, null, Cancellation));
    }

    [Theory, MemberData(nameof(Keys))]
    public async Task A_data_key_is_fresh_and_wrapped(string type, string protection)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var ciphers = fixture.Vault.Ciphers;
        var key = await CreateAsync(fixture, type, protection);
        using var made = await ciphers.MakeDataKeyAsync(key, 64, null, Cancellation);
        using var another = await ciphers.MakeDataKeyAsync(key, 64, null, Cancellation);
        var unwrapped = await ciphers.UnwrapAsync(key, made.Wrapped, null, Cancellation);
        Assert.Equal(made.Span, unwrapped);
        Assert.False(made.Span.SequenceEqual(another.Span));
    }

    private static Task<KeyRecord> CreateAsync(VaultFixture fixture, string type, string protection) =>
        fixture.CreateAsync(new KeySpec("web/key", type, "tests")
        {
            Protection = protection,
            Operations = ["encrypt", "decrypt", "wrap", "unwrap", "data-key", "rewrap"],
        });

    private static async Task ApartAsync(Ciphers ciphers, KeyRecord key, (string Encrypted, string Wrapped) made, byte[]? aad)
    {
        Assert.Equal(s_content, await ciphers.DecryptAsync(key, made.Encrypted, aad, Cancellation));
        Assert.Equal(s_content, await ciphers.UnwrapAsync(key, made.Wrapped, aad, Cancellation));
        await RefusedAsync(() => ciphers.UnwrapAsync(key, made.Encrypted, aad, Cancellation));
        await RefusedAsync(() => ciphers.DecryptAsync(key, made.Wrapped, aad, Cancellation));
    }

    private static async Task RefusedAsync(Func<Task> act)
    {
        var denied = await Assert.ThrowsAsync<DeniedException>(act);
        Assert.Equal((ProblemCodes.CiphertextInvalid, "not a ciphertext of this key"), (denied.Code, denied.Message));
    }

    private static async Task DeniedAsync(string code, Func<Task> act) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<DeniedException>(act)).Code);
}
