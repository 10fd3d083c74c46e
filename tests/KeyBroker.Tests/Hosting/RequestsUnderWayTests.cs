using KeyBroker.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KeyBroker.Tests.Hosting;

public sealed class RequestsUnderWayTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private readonly FakeTimeProvider _clock = new();
    private readonly RequestsUnderWay _underWay = new();

    [Fact]
    public async Task Nobody_under_way_is_the_end()
    {
        Assert.Equal(0, await _underWay.CloseAsync(s_patience, _clock));
        Assert.False(_underWay.TryBegin());
    }

    [Fact]
    public async Task The_end_waits_for_the_last_one()
    {
        Assert.True(_underWay.TryBegin() && _underWay.TryBegin());
        var closing = _underWay.CloseAsync(s_patience, _clock);

        _underWay.End();
        Assert.False(closing.IsCompleted);
        _underWay.End();

        Assert.Equal(0, await closing);
    }

    [Fact]
    public async Task One_that_hangs_is_counted_and_left()
    {
        Assert.True(_underWay.TryBegin());
        var closing = _underWay.CloseAsync(s_patience, _clock);

        _clock.Advance(s_patience);

        Assert.Equal(1, await closing);
    }
}
