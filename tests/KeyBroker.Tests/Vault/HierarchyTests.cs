using System.Collections.Concurrent;
using System.Security.Cryptography;

using Dapper;

using KeyBroker.Storage;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;

using Xunit;

namespace KeyBroker.Tests.Vault;

public sealed class HierarchyTests
{
    private static readonly byte[] s_digest = SHA256.HashData("message"u8);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_is_found_again_after_a_restart()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var signer = await fixture.CreateAsync("signer", "ec-p256");
        var fleet = await fixture.CreateAsync("fleet", "ec-p256", "fleet");
        var data = await fixture.CreateAsync("data", "aes-256");
        var ciphertext = await fixture.Vault.Ciphers.EncryptAsync(data, "x"u8.ToArray(), default, Cancellation);
        var (home, ak) = (fixture.Vault.Hierarchy.Home, fixture.Vault.AttestationKey.Name);

        await fixture.CloseAsync();
        await fixture.Tpm.ResetAsync();
        var vault = await fixture.OpenAsync();

        Assert.Equal((home, ak), (vault.Hierarchy.Home, vault.AttestationKey.Name));
        await vault.Signatures.SignAsync(vault.Keys.Find("signer")!, "ES256", s_digest, null, Cancellation);
        await vault.Signatures.SignAsync(vault.Keys.Find("fleet")!, "ES256", s_digest, null, Cancellation);
        Assert.Equal("x"u8.ToArray(), await vault.Ciphers.DecryptAsync(data, ciphertext, default, Cancellation));
        Assert.Equal(signer.Primary.PublicJwk, vault.Keys.Find("signer")!.Primary.PublicJwk);
        Assert.NotEqual(signer.Primary.PublicJwk, fleet.Primary.PublicJwk);
    }

    [Fact]
    public async Task Another_tpm_is_refused_and_the_store_stays_as_it_is()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.CreateAsync("signer", "ec-p256");
        await using var other = await Swtpm.StartAsync();
        var before = Dump(fixture.Database);
        await fixture.CloseAsync();

        await Assert.ThrowsAsync<TpmIdentityChangedException>(
            () => fixture.OpenAsync(() => TpmConnection.Open(other.Tcti)));

        Assert.Equal(before, Dump(fixture.Database));
        await fixture.ReopenAsync();
    }

    [Fact]
    public async Task Another_tpm_with_a_storage_root_key_of_its_own_is_refused()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await using var stranger = await VaultFixture.StartAsync();
        await fixture.CloseAsync();
        await stranger.CloseAsync();

        await Assert.ThrowsAsync<TpmIdentityChangedException>(
            () => fixture.OpenAsync(() => TpmConnection.Open(stranger.Tpm.Tcti)));
    }

    [Fact]
    public async Task A_storage_root_key_that_is_there_is_adopted()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var home = fixture.Vault.Hierarchy.Home;
        await fixture.CloseAsync();
        File.Delete(Path.Combine(fixture.Folder, "keybroker.db"));

        var vault = await fixture.OpenAsync();

        Assert.Equal(home, vault.Hierarchy.Home);
    }

    [Fact]
    public async Task A_storage_root_key_under_dictionary_attack_protection_is_left_alone()
    {
        await using var tpm = await Swtpm.StartAsync();
        using var worker = new TpmWorker(() => TpmConnection.Open(tpm.Tcti), TimeProvider.System);
        var unfit = Templates.StorageRootKeyEcc with
        {
            Attributes = Templates.StorageRootKeyEcc.Attributes & ~ObjectAttributes.NoDa,
        };
        await worker.RunAsync(scope => scope.MakePersistent(unfit, new TpmHandle(0x81000001)), Cancellation);

        var root = await worker.RunAsync(StorageRoot.FindOrMake, Cancellation);

        Assert.Equal(new TpmHandle(0x81000002), root.Handle);
        Assert.True(root.Area.Attributes.HasFlag(ObjectAttributes.NoDa));
    }

    [Fact]
    public async Task A_reset_of_the_tpm_under_a_running_broker_is_survived()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var signer = await fixture.CreateAsync("signer", "ec-p256");
        for (var round = 0; round < 3; round++)
        {
            await fixture.Vault.Signatures.SignAsync(signer, "ES256", s_digest, null, Cancellation);
            await fixture.Tpm.ResetAsync();
        }

        await fixture.Vault.Signatures.SignAsync(signer, "ES256", s_digest, null, Cancellation);
        await fixture.CreateAsync("after", "aes-256");
        await fixture.Vault.AttestationKey.QuoteAsync(new byte[32], [PcrSelection.Of(TpmAlgorithm.Sha256, 0)], Cancellation);
    }

    [Theory]
    [InlineData("UPDATE tpm_objects SET private = (SELECT private FROM tpm_objects WHERE name = 'fleet-storage') WHERE name = 'local-storage'")]
    [InlineData("UPDATE meta SET value = x'00' WHERE name = 'fleet-authority-private'")]
    [InlineData("UPDATE meta SET value = zeroblob(34) WHERE name = 'srk-name'")]
    [InlineData("DELETE FROM meta WHERE name = 'ak-name'")]
    public async Task An_edited_hierarchy_stops_the_start(string edit)
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.Database.WriteAsync(
            transaction => transaction.Connection.Execute(edit, null, transaction.Transaction), Cancellation);

        await Assert.ThrowsAsync<StoreIntegrityException>(fixture.ReopenAsync);
    }

    [Fact]
    public async Task Keys_without_their_hierarchy_stop_the_start()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.CreateAsync("signer", "ec-p256");
        await fixture.Database.WriteAsync(
            transaction => transaction.Connection.Execute("DELETE FROM meta", null, transaction.Transaction),
            Cancellation);

        await Assert.ThrowsAsync<StoreIntegrityException>(fixture.ReopenAsync);
    }

    [Fact]
    public async Task No_secret_travels_in_clear()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var seen = new ConcurrentQueue<byte[]>();
        await fixture.CloseAsync();
        var vault = await fixture.OpenAsync(
            () => new RecordingTransport(TpmConnection.Open(fixture.Tpm.Tcti), seen));
        var canary = RandomNumberGenerator.GetBytes(32);
        var key = await fixture.CreateAsync("signer", "ec-p256");
        await vault.Signatures.SignAsync(key, "ES256", s_digest, null, Cancellation);
        var secret = await fixture.PutAsync("secret", canary);

        using var opened = await vault.Secrets.OpenAsync(secret, null, Cancellation);

        Assert.Equal(canary, opened.Span.ToArray());
        byte[][] secrets =
        [
            canary, vault.Root.KeyAuth(key.Id, 1), vault.Root.SealAuth($"secret:{secret.Id}:1"),
        ];
        Assert.NotEmpty(seen);
        Assert.All(secrets, value => Assert.DoesNotContain(seen, bytes => bytes.AsSpan().IndexOf(value) >= 0));
    }

    [Fact]
    public async Task The_broker_quotes_with_the_key_it_names()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var extra = SHA256.HashData("extra"u8);

        var quote = await fixture.Vault.AttestationKey.QuoteAsync(
            extra, [PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7)], Cancellation);

        using var key = fixture.Vault.AttestationKey.Area.ToKey();
        Assert.True(quote.Signature.VerifyData(key, quote.Attest));
        Assert.Equal(extra, Attest.Parse(quote.Attest).ExtraData.ToArray());
        Assert.Equal(fixture.Vault.AttestationKey.Name, fixture.Vault.AttestationKey.Area.Name.ToString());
    }

    [Fact]
    public async Task A_spoilt_answer_of_the_tpm_is_never_an_answer_of_ours()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var signer = await fixture.CreateAsync("signer", "ec-p256");
        await fixture.CloseAsync();
        var spoil = false;
        var vault = await fixture.OpenAsync(() => new RecordingTransport(
            TpmConnection.Open(fixture.Tpm.Tcti), new ConcurrentQueue<byte[]>(), response =>
            {
                if (spoil && response.Length > 60)
                {
                    response[^40] ^= 1;
                }

                return response;
            }));
        spoil = true;

        await Assert.ThrowsAsync<TpmUnavailableException>(
            () => vault.Signatures.SignAsync(signer, "ES256", s_digest, null, Cancellation));

        spoil = false;
        await Task.Delay(300, Cancellation);
        await vault.Signatures.SignAsync(signer, "ES256", s_digest, null, Cancellation);
    }

    private static string Dump(Database database) => database.Read(connection => string.Join(
        '\n',
        new[] { "meta", "tpm_objects", "keys", "key_versions", "intents" }.SelectMany(table => connection
            .Query($"SELECT * FROM {table}")
            .Select(row => string.Join(
                '|', ((IDictionary<string, object?>)row).Values.Select(value =>
                    value is byte[] bytes ? Convert.ToHexString(bytes) : $"{value}"))))));
}
