using System.Security.Cryptography;

using Dapper;

using KeyBroker.Attestation;
using KeyBroker.Storage;

using Xunit;

namespace KeyBroker.Tests.Vault;

public sealed class SecretVaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(65536)]
    public async Task A_secret_comes_back_after_a_restart(int length)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var value = RandomNumberGenerator.GetBytes(length);
        await fixture.PutAsync("web/password", value);

        await fixture.ReopenAsync();

        var secret = fixture.Vault.Secrets.Find("web/password")!;
        using var opened = await fixture.Vault.Secrets.OpenAsync(secret, null, Cancellation);
        Assert.Equal(value, opened.Span.ToArray());
        Assert.Equal(length is 0 or > 128, secret.Newest.Wrapped is not null);
    }

    [Fact]
    public async Task Versions_are_numbered_without_gaps_and_stay()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(n => fixture.PutAsync("s", [(byte)n])));

        var secret = fixture.Vault.Secrets.Find("s")!;
        Assert.Equal(Enumerable.Range(1, 5), secret.Versions.Select(version => version.Version));
        var values = new HashSet<byte>();
        foreach (var version in secret.Versions)
        {
            using var opened = await fixture.Vault.Secrets.OpenAsync(secret, version.Version, Cancellation);
            values.Add(opened.Span[0]);
        }

        Assert.Equal(5, values.Count);
        var denied = await Assert.ThrowsAsync<DeniedException>(
            () => fixture.Vault.Secrets.OpenAsync(secret, 6, Cancellation));
        Assert.Equal(ProblemCodes.NotFound, denied.Code);
    }

    [Theory]
    [InlineData("UPDATE secret_versions SET created_at = created_at + 1")]
    [InlineData("UPDATE secrets SET created_by = 'else'")]
    [InlineData("UPDATE secret_versions SET private = zeroblob(200) WHERE version = 2")]
    [InlineData("DELETE FROM secret_versions")]
    public async Task An_edited_row_is_seen(string edit)
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("s", [1]);
        await fixture.PutAsync("s", [2]);

        await fixture.Database.WriteAsync(
            transaction => transaction.Connection.Execute(edit, null, transaction.Transaction),
            Cancellation);

        Assert.Throws<StoreIntegrityException>(() => fixture.Vault.Secrets.Find("s"));
    }

    [Fact]
    public async Task A_sealed_object_opens_only_in_its_own_context()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var sealedObject = await fixture.Vault.Sealer.SealAsync(
            [1, 2, 3], "signing-key:a", KeyBroker.Vault.Residence.Local);

        using var opened = await fixture.Vault.Sealer.UnsealAsync(sealedObject, "signing-key:a", Cancellation);
        Assert.Equal([1, 2, 3], opened.Span.ToArray());
        await Assert.ThrowsAsync<StoreIntegrityException>(
            () => fixture.Vault.Sealer.UnsealAsync(sealedObject, "signing-key:b", Cancellation));
    }
}
