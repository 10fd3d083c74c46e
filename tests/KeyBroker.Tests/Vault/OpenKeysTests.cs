using KeyBroker.Vault;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace KeyBroker.Tests.Vault;

public sealed class OpenKeysTests
{
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task An_idle_key_is_wiped_and_opened_again_when_needed()
    {
        var clock = new FakeTimeProvider();
        using var open = new OpenKeys(clock, s_idle);
        var unsealed = new List<SecretBytes>();
        Task<KeyMaterial> Unseal()
        {
            unsealed.Add(SecretBytes.Copy([1, 2, 3]));
            return Task.FromResult<KeyMaterial>(new SymmetricMaterial(unsealed[^1]));
        }

        Assert.Equal(3, await open.UseAsync(("a", 1), Unseal, Length));
        clock.Advance(s_idle / 2);
        Assert.Equal(3, await open.UseAsync(("a", 1), Unseal, Length));
        Assert.Single(unsealed);

        clock.Advance(s_idle * 2);

        Assert.Equal(0, open.Count);
        Assert.Throws<ObjectDisposedException>(() => unsealed[0].Span.Length);
        Assert.Equal(3, await open.UseAsync(("a", 1), Unseal, Length));
        Assert.Equal(2, unsealed.Count);
    }

    [Fact]
    public async Task A_failed_opening_is_tried_again()
    {
        using var open = new OpenKeys(TimeProvider.System, s_idle);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => open.UseAsync<int>(("a", 1), () => throw new InvalidOperationException(), _ => 0));
        await Assert.ThrowsAsync<InvalidOperationException>(() => open.UseAsync(
            ("a", 1), () => Task.FromException<KeyMaterial>(new InvalidOperationException()), _ => 0));

        Assert.Equal(1, await open.UseAsync(
            ("a", 1), () => Task.FromResult<KeyMaterial>(new SymmetricMaterial(SecretBytes.Copy([7]))), Length));
    }

    private static int Length(KeyMaterial material) => ((SymmetricMaterial)material).Span.Length;
}
