using System.Security.Cryptography;
using KeyBroker.Attestation;
using KeyBroker.Receipts;
using KeyBroker.Storage;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tests.Receipts;

public sealed class SigningKeysTests : IAsyncLifetime
{
    private readonly SigningFixture _signing = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _signing.InitializeAsync();

    public ValueTask DisposeAsync() => _signing.DisposeAsync();

    [Fact]
    public async Task The_same_keys_sign_after_a_restart()
    {
        var (token, result, issued) = (_signing.Keys.Token.Kid, _signing.Keys.Result.Kid, _signing.Issue(TimeSpan.FromMinutes(5)));

        await _signing.Vault.ReopenAsync();
        await _signing.OpenAsync();

        Assert.Equal((token, result), (_signing.Keys.Token.Kid, _signing.Keys.Result.Kid));
        Assert.NotEqual(token, result);
        Assert.Equal("jti-1", _signing.Verifier.Verify(issued).Jti);
    }

    [Fact]
    public void The_TPM_vouches_for_every_statement()
    {
        using var attestationKey = _signing.Vault.Vault.AttestationKey.Area.ToKey();
        Assert.Equal(2, _signing.Keys.Published.Count);
        Assert.All(_signing.Keys.Published, key =>
        {
            var attest = Attest.Parse(key.Certification.Attest);
            var expected = SHA256.HashData([.. "keybroker-signing-key-v1"u8, .. key.StatementBytes]);
            Assert.Equal(expected, attest.ExtraData.ToArray());
            Assert.Equal(Enumerable.Range(0, 16), Assert.Single(attest.Quote!.Pcrs).Indices);
            Assert.True(TpmSignature.Parse(key.Certification.Signature).VerifyData(attestationKey, key.Certification.Attest));
            Assert.Equal(key.Kid, key.Statement.Jkt);
        });
    }

    [Fact]
    public async Task The_next_key_is_published_before_its_first_use_and_old_ones_as_long_as_needed()
    {
        var (first, firstResult) = (_signing.Keys.Token.Kid, _signing.Keys.Result.Kid);
        _signing.Clock.Advance(TimeSpan.FromDays(80));
        await _signing.Keys.RenewAsync(Cancellation);
        Assert.Equal((first, 4), (_signing.Keys.Token.Kid, _signing.Keys.Published.Count));

        var last = _signing.Issue(TimeSpan.FromDays(20));
        _signing.Clock.Advance(TimeSpan.FromDays(11));
        await _signing.Keys.RenewAsync(Cancellation);
        Assert.NotEqual(first, _signing.Keys.Token.Kid);
        Assert.Equal("jti-1", _signing.Verifier.Verify(last).Jti);

        _signing.Clock.Advance(TimeSpan.FromDays(60));
        var kids = _signing.Keys.Published.Select(key => key.Kid).ToArray();
        Assert.DoesNotContain(first, kids);
        Assert.Contains(firstResult, kids);
        Assert.Equal(ProblemCodes.TokenInvalid, Assert.Throws<DeniedException>(() => _signing.Verifier.Verify(last)).Code);
    }

    /// <summary>Threat G10: whoever keeps the JWKS as long as it may be kept knows each key before its first use.</summary>
    [Fact]
    public async Task No_key_signs_before_it_was_published_longer_than_the_JWKS_may_be_kept()
    {
        // Nobody knows the first ones: the broker has just begun.
        var published = _signing.Keys.Published.ToDictionary(key => key.Kid, _ => DateTimeOffset.MinValue, StringComparer.Ordinal);
        var signers = new HashSet<string>(StringComparer.Ordinal);
        for (var hour = 0; hour < 24 * 200; hour += 6)
        {
            await _signing.Keys.RenewAsync(Cancellation);
            var now = _signing.Clock.GetUtcNow();
            foreach (var key in _signing.Keys.Published)
            {
                published.TryAdd(key.Kid, now);
            }

            foreach (var signer in new[] { _signing.Keys.Token, _signing.Keys.Result })
            {
                signers.Add(signer.Kid);
                Assert.True(now - published[signer.Kid] > WellKnown.PublicJson.MaxAge, $"the {signer.Use} key at hour {hour}");
            }

            _signing.Clock.Advance(TimeSpan.FromHours(6));
        }

        Assert.Equal(6, signers.Count);
        Assert.True(SigningKeys.Lead > WellKnown.PublicJson.MaxAge);
    }

    [Theory]
    [InlineData("UPDATE signing_keys SET statement = (SELECT statement FROM signing_keys WHERE use = 'result') WHERE use = 'token'")]
    [InlineData("UPDATE signing_keys SET statement = CAST(replace(CAST(statement AS TEXT), '2027', '2099') AS BLOB)")]
    [InlineData("UPDATE signing_keys SET (sealed_public, sealed_private) = (SELECT sealed_public, sealed_private FROM signing_keys WHERE use = 'result')")]
    public async Task An_edited_row_is_not_opened(string edit)
    {
        await _signing.Vault.Database.WriteAsync(transaction => transaction.Execute(edit), Cancellation);

        await Assert.ThrowsAsync<StoreIntegrityException>(() => _signing.OpenAsync());
    }
}
