using KeyBroker.Hosting;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Hosting;

/// <summary>TOK-9: the broker's time does not go back.</summary>
public sealed class SteadyTimeTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly SteppedClock _machine = new();

    [Fact]
    public void Goes_on_where_the_machine_goes_back()
    {
        var time = new SteadyTime(_machine);
        var before = time.GetUtcNow();
        _machine.Step(-s_hour);

        var after = time.GetUtcNow();
        Assert.InRange(after, before, before + (s_hour / 2));
        Assert.True(time.GetUtcNow() >= after);
        Assert.InRange(time.Lead, s_hour / 2, s_hour * 2);
    }

    [Fact]
    public void Follows_a_step_forward_and_stays_there()
    {
        var time = new SteadyTime(_machine);
        var before = time.GetUtcNow();
        _machine.Step(s_hour);
        var ahead = time.GetUtcNow();
        Assert.True(ahead >= before + s_hour);

        _machine.Step(-s_hour);
        Assert.True(time.GetUtcNow() >= ahead);
        _machine.Step(s_hour * 2);
        Assert.True(time.GetUtcNow() >= ahead + s_hour);
        Assert.True(time.Lead < s_hour / 2);
    }

    [Fact]
    public void Many_threads_see_one_order()
    {
        var time = new SteadyTime(_machine);
        Parallel.For(0, 8, _ =>
        {
            var last = time.GetUtcNow();
            for (var i = 0; i < 2000; i++)
            {
                _machine.Step(TimeSpan.FromMinutes(i % 2 == 0 ? 1 : -1));
                var now = time.GetUtcNow();
                Assert.True(now >= last);
                last = now;
            }
        });
    }
}
