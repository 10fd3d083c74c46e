using System.Security.Cryptography;
using System.Text;

using Dapper;

using KeyBroker.Attestation;
using KeyBroker.Attestation.KeyAttestations;
using KeyBroker.Storage;
using KeyBroker.Tpm.Structures;
using KeyBroker.Vault;

using Xunit;

namespace KeyBroker.Tests.Vault;

public sealed class KeyVaultTests
{
    private static readonly byte[] s_digest = SHA256.HashData("message"u8);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("local")]
    [InlineData("fleet")]
    public async Task A_key_signs_in_the_tpm_what_its_public_key_verifies(string residence)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await fixture.CreateAsync("web/signer", "ec-p256", residence);

        var signature = await fixture.Vault.Signatures.SignAsync(key, "ES256", s_digest, null, Cancellation);

        using var published = (ECDsa)TpmPublic.ParseSized(key.Primary.Object.Public).ToKey();
        Assert.True(published.VerifyHash(s_digest, signature));
        Assert.True(fixture.Vault.Signatures.Verify(key, "ES256", s_digest, signature, null));
        signature[3] ^= 1;
        Assert.False(fixture.Vault.Signatures.Verify(key, "ES256", s_digest, signature, null));
    }

    [Fact]
    public async Task Attributes_are_the_narrowest_of_each_residence()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var local = await fixture.CreateAsync("a", "ec-p256");
        var fleet = await fixture.CreateAsync("b", "ec-p256", "fleet");
        var aes = await fixture.CreateAsync("c", "aes-256");
        const ObjectAttributes Common =
            ObjectAttributes.FixedParent | ObjectAttributes.UserWithAuth | ObjectAttributes.NoDa;
        const ObjectAttributes Signing = Common | ObjectAttributes.SensitiveDataOrigin | ObjectAttributes.Sign;

        Assert.Equal(Signing | ObjectAttributes.FixedTpm, AttributesOf(local));
        Assert.Equal(Signing | ObjectAttributes.EncryptedDuplication, AttributesOf(fleet));
        Assert.Equal(Common | ObjectAttributes.FixedTpm, AttributesOf(aes));
    }

    [Fact]
    public async Task Creation_data_binds_name_and_version()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await fixture.CreateAsync("web/signer", "ec-p256");

        var made = key.Primary.Object;
        Assert.True(made.CreationData.AsSpan().EndsWith(KeyStatement.Origin("web/signer", 1)));
        Assert.Equal(SHA256.HashData(made.CreationData), made.CreationHash);
        Assert.NotEmpty(made.CreationTicket);
    }

    [Fact]
    public async Task Aes_key_decrypts_only_its_own_ciphertext_with_its_own_aad()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var keys = fixture.Vault.Ciphers;
        var key = await fixture.CreateAsync("data", "aes-256");
        var other = await fixture.CreateAsync("other", "aes-256");
        var aad = "aad"u8.ToArray();

        var ciphertext = await keys.EncryptAsync(key, "plain"u8.ToArray(), aad, Cancellation);

        Assert.StartsWith("kb:v1:", ciphertext, StringComparison.Ordinal);
        Assert.Equal("plain"u8.ToArray(), await keys.DecryptAsync(key, ciphertext, aad, Cancellation));
        await InvalidAsync(() => keys.DecryptAsync(key, ciphertext, null, Cancellation));
        await InvalidAsync(() => keys.DecryptAsync(other, ciphertext, aad, Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("kb:v")]
    [InlineData("kb:v1")]
    [InlineData("kb:v1:")]
    [InlineData("kb:v01:AAAA")]
    [InlineData("kb:v0:AAAA")]
    [InlineData("kb:v+1:AAAA")]
    [InlineData("kb:v2:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("kb:v99999999999:AAAA")]
    [InlineData("KB:v1:AAAA")]
    [InlineData("kb:v1\0:AAAA")]
    [InlineData("kb:v1:AA==")]
    [InlineData("kb:v1:AB")]
    [InlineData("kb:v1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Every_other_ciphertext_gets_the_same_answer(string ciphertext)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await fixture.CreateAsync("data", "aes-256");

        await InvalidAsync(() => fixture.Vault.Ciphers.DecryptAsync(key, ciphertext, null, Cancellation));
    }

    [Fact]
    public async Task Every_flipped_bit_of_a_ciphertext_is_refused()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await fixture.CreateAsync("data", "aes-256");
        var good = Ciphertext.Parse(
            await fixture.Vault.Ciphers.EncryptAsync(key, "plain"u8.ToArray(), null, Cancellation));

        for (var bit = 0; bit < good.Body.Length * 8; bit++)
        {
            var body = good.Body.ToArray();
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            await InvalidAsync(() => fixture.Vault.Ciphers.DecryptAsync(
                key, new Ciphertext(1, body).ToString(), null, Cancellation));
        }
    }

    [Fact]
    public async Task Rotation_retires_the_old_version_and_keeps_it_for_verification()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var (keys, signatures) = (fixture.Vault.Keys, fixture.Vault.Signatures);
        var before = await fixture.CreateAsync("web/signer", "ec-p256");
        var signature = await signatures.SignAsync(before, "ES256", s_digest, null, Cancellation);

        await fixture.CommitAsync(await keys.PrepareRotationAsync("web/signer", Cancellation));

        var after = keys.Find("web/signer")!;
        Assert.Equal(2, after.PrimaryVersion);
        Assert.Equal(["deactivated", "active"], after.Versions.Select(version => version.State));
        Assert.True(signatures.Verify(after, "ES256", s_digest, signature, 1));
        var denied = await Assert.ThrowsAsync<DeniedException>(
            () => signatures.SignAsync(after, "ES256", s_digest, 1, Cancellation));
        Assert.Equal(ProblemCodes.KeyState, denied.Code);
    }

    [Fact]
    public async Task Parallel_rotations_make_contiguous_versions()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.CreateAsync("data", "aes-256");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            await fixture.CommitAsync(await fixture.Vault.Keys.PrepareRotationAsync("data", Cancellation))));

        var key = fixture.Vault.Keys.Find("data")!;
        Assert.Equal(Enumerable.Range(1, 9), key.Versions.Select(version => version.Version));
        Assert.Equal(9, key.PrimaryVersion);
        Assert.Single(key.Versions, version => version.State == KeyVersionState.Active);
    }

    [Fact]
    public async Task A_key_that_was_not_committed_does_not_exist()
    {
        await using var fixture = await VaultFixture.StartAsync();

        await fixture.Vault.Keys.PrepareAsync(new KeySpec("lost", "ec-p256", "tests"), Cancellation);
        Assert.Null(fixture.Vault.Keys.Find("lost"));

        await fixture.ReopenAsync();
        await fixture.Vault.Reconciler.RunAsync(Cancellation);
        Assert.Null(fixture.Vault.Keys.Find("lost"));
        await fixture.CreateAsync("lost", "ec-p256");
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.CreateAsync("taken", "ec-p256");

        var denied = await Assert.ThrowsAsync<DeniedException>(() => fixture.CreateAsync("taken", "aes-256"));

        Assert.Equal(ProblemCodes.Exists, denied.Code);
    }

    [Theory]
    [InlineData("keys", "UPDATE keys SET operations = '[\"encrypt\",\"decrypt\"]' WHERE name = 'a'")]
    [InlineData("keys", "UPDATE keys SET primary_version = 1 WHERE name = 'a'")]
    [InlineData("key_versions", "UPDATE key_versions SET state = 'active' WHERE version = 1")]
    [InlineData("key_versions", "UPDATE key_versions SET home = '' WHERE version = 1")]
    [InlineData("swap", """
        UPDATE key_versions SET private = (SELECT private FROM key_versions WHERE version = 2 AND key_id = key_versions.key_id)
        WHERE version = 1
        """)]
    public async Task An_edited_row_is_seen(string what, string edit)
    {
        Assert.NotEmpty(what);
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.CreateAsync("a", "ec-p256");
        await fixture.CommitAsync(await fixture.Vault.Keys.PrepareRotationAsync("a", Cancellation));
        Assert.NotNull(fixture.Vault.Keys.Find("a"));

        await fixture.Database.WriteAsync(
            transaction => transaction.Connection.Execute(edit, null, transaction.Transaction), Cancellation);

        Assert.Throws<StoreIntegrityException>(() => fixture.Vault.Keys.Find("a"));
    }

    [Theory]
    [InlineData("rsa-2048", "tpm", null, true, null)]
    [InlineData("hmac-sha256", null, null, false, "sign")]
    [InlineData("ec-p384", "sealed", null, false, "agree")]
    [InlineData("rsa-3072", null, null, false, "mac")]
    [InlineData("aes-256", "tpm", null, false, null)]
    [InlineData("ec-p256", null, null, true, null)]
    [InlineData("ec-p256", null, null, false, "decrypt")]
    [InlineData("aes-256", null, "fleet", false, "sign")]
    public void Impossible_combinations_are_unsupported(
        string type, string? protection, string? residence, bool exportable, string? operation)
    {
        var spec = new KeySpec("a", type, "tests")
        {
            Protection = protection,
            Residence = residence,
            Exportable = exportable,
            Operations = operation is null ? null : ["verify", operation],
        };

        Assert.Equal(
            ProblemCodes.OperationUnsupported, Assert.Throws<DeniedException>(() => KeyDesign.Check(spec)).Code);
    }

    [Fact]
    public async Task Lists_go_on_after_a_name()
    {
        await using var fixture = await VaultFixture.StartAsync();
        foreach (var name in new[] { "c", "a", "b" })
        {
            await fixture.CreateAsync(name, "aes-256");
        }

        Assert.Equal(["a", "b"], fixture.Vault.Keys.List(null, 2).Select(key => key.Name));
        Assert.Equal(["c"], fixture.Vault.Keys.List("b", 2).Select(key => key.Name));
    }

    [Fact]
    public async Task Long_and_strange_plaintexts_come_back()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await fixture.CreateAsync("data", "aes-256", "fleet");
        foreach (var plaintext in new[] { [], new byte[Ciphers.LongestPlaintext], Encoding.UTF8.GetBytes("ü") })
        {
            var ciphertext = await fixture.Vault.Ciphers.EncryptAsync(key, plaintext, null, Cancellation);
            Assert.Equal(plaintext, await fixture.Vault.Ciphers.DecryptAsync(key, ciphertext, null, Cancellation));
        }
    }

    private static ObjectAttributes AttributesOf(KeyRecord key) =>
        TpmPublic.ParseSized(key.Primary.Object.Public).Attributes;

    private static async Task InvalidAsync(Func<Task> act)
    {
        var denied = await Assert.ThrowsAsync<DeniedException>(act);
        Assert.Equal(ProblemCodes.CiphertextInvalid, denied.Code);
        Assert.Equal("not a ciphertext of this key", denied.Message);
    }
}
