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
        Assert.True(SigningSchedule.Lead > WellKnown.PublicJson.MaxAge);
        Assert.True(SigningSchedule.ShortLead > WellKnown.PublicJson.MaxAge);
    }

    /// <summary>TOK-16: off for the whole lead, the broker comes back and signs on with the key that everybody knows until the new one is known.</summary>
    [Theory]
    [InlineData(70)] // Before the next was due.
    [InlineData(89)]
    [InlineData(90)]
    [InlineData(96)]
    [InlineData(103)]
    public async Task A_broker_that_was_off_while_the_next_key_was_due_publishes_it_first(int day)
    {
        var (token, result) = (_signing.Keys.Token, _signing.Keys.Result);
        _signing.Clock.Advance(TimeSpan.FromDays(day));
        await ReopenAsync();
        var published = _signing.Clock.GetUtcNow();
        Assert.Equal((token.Kid, result.Kid), (_signing.Keys.Token.Kid, _signing.Keys.Result.Kid));
        var nextDue = token.Statement.NotBefore + TimeSpan.FromDays(90);
        for (var minute = 0; minute < 24 * 60 * 25; minute += 30)
        {
            Assert.True(_signing.Keys.Token.SignsAt(_signing.Clock.GetUtcNow(), SigningFixture.Issuer));
            if (_signing.Keys.Token.Kid != token.Kid)
            {
                break;
            }

            _signing.Clock.Advance(TimeSpan.FromMinutes(30));
            await _signing.Keys.RenewAsync(Cancellation);
        }

        var changed = _signing.Clock.GetUtcNow();
        Assert.NotEqual((token.Kid, result.Kid), (_signing.Keys.Token.Kid, _signing.Keys.Result.Kid));
        Assert.True(changed - published > WellKnown.PublicJson.MaxAge, $"{changed - published}");
        Assert.Equal(day < 90 ? nextDue : published + SigningSchedule.ShortLead, _signing.Keys.Token.Statement.NotBefore);
        Assert.Equal(4, _signing.Keys.Published.Count);
    }

    /// <summary>TOK-16: what no key is certified for any more cannot wait, and what everybody has kept by then is older than it may be.</summary>
    [Fact]
    public async Task A_broker_that_was_off_until_its_keys_were_over_signs_with_new_ones_that_its_first_answer_shows()
    {
        var token = _signing.Keys.Token.Kid;
        _signing.Clock.Advance(TimeSpan.FromDays(104));
        await ReopenAsync();
        Assert.NotEqual(token, _signing.Keys.Token.Kid);
        Assert.Contains(_signing.Keys.Token, _signing.Keys.Published);
        Assert.Equal("jti-1", _signing.Verifier.Verify(_signing.Issue(TimeSpan.FromMinutes(5))).Jti);
    }

    /// <summary>TOK-16: keys that could not be made for weeks while the broker ran come late, and leave no time without one.</summary>
    [Theory]
    [InlineData(89, 23)]
    [InlineData(103, 23)]
    [InlineData(104, 0)]
    public async Task A_key_that_comes_late_leaves_no_gap(int day, int hour)
    {
        _signing.Clock.Advance(TimeSpan.FromDays(day) + TimeSpan.FromHours(hour) + TimeSpan.FromMinutes(45));
        await _signing.Keys.RenewAsync(Cancellation);
        for (var minute = 0; minute < 180; minute++)
        {
            Assert.Equal("jti-1", _signing.Verifier.Verify(_signing.Issue(TimeSpan.FromMinutes(5))).Jti);
            Assert.NotEmpty(_signing.Keys.Result.Kid);
            _signing.Clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>TOK-16: a machine that started in 1970 and learns the time signs again with the next look, a minute later.</summary>
    [Fact]
    public async Task A_clock_that_was_set_forward_by_years_leaves_the_broker_without_a_key_until_the_next_look()
    {
        _signing.Clock.Advance(TimeSpan.FromDays(365));
        Assert.Throws<StoreUnavailableException>(() => _signing.Keys.Token);
        using var renewal = new SigningKeyRenewal(_signing.Keys, _signing.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<SigningKeyRenewal>.Instance);
        await renewal.StartAsync(Cancellation);
        for (var minute = 0; minute < 100 && !_signing.Keys.Published.Any(IsTokenKeyNow); minute++)
        {
            _signing.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(TimeSpan.FromMilliseconds(200), Cancellation);
        }

        await renewal.StopAsync(Cancellation);
        Assert.Equal("jti-1", _signing.Verifier.Verify(_signing.Issue(TimeSpan.FromMinutes(5))).Jti);
        Assert.NotEmpty(_signing.Keys.Result.Kid);

        bool IsTokenKeyNow(SigningKey key) => key.Use == SigningUse.Token && key.SignsAt(_signing.Clock.GetUtcNow(), SigningFixture.Issuer);
    }

    /// <summary>TOK-16: one start with a clock ten years ahead leaves keys of then, and takes the lead from no rotation before.</summary>
    [Fact]
    public void What_a_clock_far_ahead_made_covers_nothing_before_it()
    {
        var now = new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero);
        var (present, next) = (SigningSchedule.PeriodFrom(now.AddDays(-80)), SigningSchedule.PeriodFrom(now.AddDays(10)));
        var strayed = SigningSchedule.PeriodFrom(now.AddYears(10));
        Assert.Equal(present.NotAfter, SigningSchedule.CoveredFrom(now, [strayed, present]));
        Assert.True(SigningSchedule.IsNextDue(SigningSchedule.CoveredFrom(now, [strayed, present]), now));
        Assert.Equal(next.NotAfter, SigningSchedule.CoveredFrom(now, [next, strayed, present]));
        Assert.False(SigningSchedule.IsNextDue(SigningSchedule.CoveredFrom(now, [next, strayed, present]), now));
        Assert.Equal(now, SigningSchedule.CoveredFrom(now, [strayed]));
    }

    private async Task ReopenAsync()
    {
        await _signing.Vault.ReopenAsync();
        await _signing.OpenAsync();
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
