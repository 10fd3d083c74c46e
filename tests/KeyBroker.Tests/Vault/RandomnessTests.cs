using KeyBroker.TpmAccess;
using KeyBroker.Vault;
using Xunit;

namespace KeyBroker.Tests.Vault;

/// <summary>RND-2: the TPM and the operating system, neither of which can weaken the other.</summary>
public sealed class RandomnessTests
{
    [Fact]
    public async Task Every_length_comes_and_nothing_comes_twice()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var seen = new HashSet<string>();
        foreach (var length in new[] { 1, 31, 32, 33, 1023, Randomness.Longest })
        {
            using var bytes = await fixture.Vault.Randomness.MakeAsync(length, TestContext.Current.CancellationToken);
            Assert.Equal(length, bytes.Length);
            Assert.True(length == 1 || seen.Add(Convert.ToHexString(bytes.Span)));
        }
    }

    [Fact]
    public void A_tpm_that_always_says_the_same_does_not_show()
    {
        using var first = Randomness.Mix(new byte[32], 64);
        using var second = Randomness.Mix(new byte[32], 64);
        Assert.False(first.Span.SequenceEqual(second.Span));
    }

    [Fact]
    public void The_seed_is_wiped_and_a_short_one_is_refused()
    {
        var seed = Enumerable.Repeat((byte)7, 32).ToArray();
        Randomness.Mix(seed, 16).Dispose();
        Assert.All(seed, value => Assert.Equal(0, value));
        Assert.Throws<TpmResultException>(() => Randomness.Mix(new byte[31], 16));
    }
}
