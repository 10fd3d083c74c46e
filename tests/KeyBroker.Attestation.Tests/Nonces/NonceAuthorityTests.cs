using KeyBroker.Attestation.Nonces;
using KeyBroker.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KeyBroker.Attestation.Tests.Nonces;

public sealed class NonceAuthorityTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 9, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryNonceLedger _ledger = new();

    [Fact]
    public void Issues_nonces_of_at_most_64_bytes_that_never_repeat()
    {
        var nonces = CreateSut();
        var issued = Enumerable.Range(0, 10_000).Select(_ => nonces.Issue().Nonce).ToList();

        Assert.All(issued, nonce => Assert.InRange(nonce.Length, 32, 64));
        Assert.Equal(issued.Count, issued.Select(nonce => Convert.ToHexString(nonce[..32])).Distinct().Count());
    }

    [Fact]
    public void Writes_nothing_when_it_issues()
    {
        _ = CreateSut().Issue();
        Assert.Equal(0, _ledger.Count);
    }

    [Fact]
    public async Task Redeems_on_another_replica_that_shares_the_key()
    {
        var nonce = CreateSut().Issue().Nonce;
        _ = await RedeemAsync(CreateSut(), nonce);

        Assert.Equal(ProblemCodes.ChallengeUsed, await CodeAsync(CreateSut(), nonce));
    }

    [Fact]
    public async Task Refuses_a_nonce_of_another_key()
    {
        var stranger = new NonceAuthority([.. s_key.Reverse()], _time, TimeSpan.FromSeconds(60));
        Assert.Equal(ProblemCodes.AttestationDenied, await CodeAsync(CreateSut(), stranger.Issue().Nonce));
    }

    [Fact]
    public async Task Expires_to_the_millisecond()
    {
        var nonces = CreateSut();
        var (early, late) = (nonces.Issue(), nonces.Issue());
        _time.SetUtcNow(early.ExpiresAt - TimeSpan.FromMilliseconds(1));
        _ = await RedeemAsync(nonces, early.Nonce);
        _time.SetUtcNow(late.ExpiresAt);

        Assert.Equal(ProblemCodes.ChallengeExpired, await CodeAsync(nonces, late.Nonce));
        Assert.Equal(1, _ledger.Count);
    }

    [Fact]
    public async Task Refuses_every_bit_flip_and_every_other_length()
    {
        var nonces = CreateSut();
        var nonce = nonces.Issue().Nonce;
        for (var bit = 0; bit < nonce.Length * 8; bit++)
        {
            byte[] flipped = [.. nonce];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(ProblemCodes.AttestationDenied, await CodeAsync(nonces, flipped));
        }

        for (var length = 0; length < nonce.Length; length++)
        {
            Assert.Equal(ProblemCodes.AttestationDenied, await CodeAsync(nonces, nonce[..length]));
        }

        Assert.Equal(0, _ledger.Count);
        _ = await RedeemAsync(nonces, nonce);
    }

    [Fact]
    public async Task Is_spent_by_exactly_one_of_many_at_once()
    {
        var (one, two) = (CreateSut(), CreateSut());
        for (var round = 0; round < 100; round++)
        {
            var nonce = one.Issue().Nonce;
            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
                Task.Run(() => CodeAsync(i % 2 == 0 ? one : two, nonce))));
            Assert.Single(answers, answer => answer is null);
            Assert.Equal(49, answers.Count(answer => answer == ProblemCodes.ChallengeUsed));
        }
    }

    [Fact]
    public void Refuses_a_short_key() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NonceAuthority(new byte[31], _time, TimeSpan.FromSeconds(1)));

    private NonceAuthority CreateSut() => new(s_key, _time, TimeSpan.FromSeconds(60));

    private Task<FreshNonce> RedeemAsync(NonceAuthority nonces, byte[] nonce) =>
        nonces.RedeemAsync(nonce, _ledger, CancellationToken.None);

    private async Task<string?> CodeAsync(NonceAuthority nonces, byte[] nonce)
    {
        try
        {
            _ = await RedeemAsync(nonces, nonce);
            return null;
        }
        catch (DeniedException denied)
        {
            return denied.Code;
        }
    }
}
