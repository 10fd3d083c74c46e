using KeyBroker.TpmAccess;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace KeyBroker.Tests.TpmAccess;

public sealed class TpmQueueTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly TpmQueue _queue;

    public TpmQueueTests() => _queue = new TpmQueue(64, _clock);

    [Fact]
    public void Whoever_waits_for_an_answer_goes_first_then_housekeeping_then_long_work()
    {
        Add(TpmPriority.Long, TpmPriority.Bulk, TpmPriority.Interactive, TpmPriority.Interactive);

        Assert.Equal([TpmPriority.Interactive, TpmPriority.Interactive, TpmPriority.Bulk, TpmPriority.Long], Take(4));
    }

    [Fact]
    public void Long_work_is_taken_once_it_waited_long_and_then_whoever_waits_for_an_answer()
    {
        Add(TpmPriority.Long, TpmPriority.Long, TpmPriority.Interactive, TpmPriority.Interactive, TpmPriority.Interactive);
        _clock.Advance(TpmQueue.LongPatience);

        Assert.Equal([TpmPriority.Long, TpmPriority.Interactive], Take(2));

        // The wait of the next begins with the end of the one before.
        Assert.Equal([TpmPriority.Interactive], Take(1));
        _clock.Advance(TpmQueue.LongPatience);
        Assert.Equal([TpmPriority.Long, TpmPriority.Interactive], Take(2));
    }

    [Fact]
    public void After_long_work_that_nobody_waited_for_whoever_came_meanwhile_is_next()
    {
        Add(TpmPriority.Long, TpmPriority.Long);
        Assert.Equal([TpmPriority.Long], Take(1));
        Add(TpmPriority.Interactive);
        _clock.Advance(TpmQueue.LongPatience * 2);

        Assert.Equal([TpmPriority.Interactive, TpmPriority.Long], Take(2));
    }

    [Fact]
    public void Housekeeping_is_not_starved_and_does_not_starve()
    {
        Add(TpmPriority.Bulk, TpmPriority.Bulk, TpmPriority.Interactive, TpmPriority.Interactive);
        _clock.Advance(TpmQueue.BulkPatience);

        Assert.Equal(
            [TpmPriority.Bulk, TpmPriority.Interactive, TpmPriority.Bulk, TpmPriority.Interactive], Take(4));
    }

    [Fact]
    public void Every_lane_is_bounded_and_a_closed_queue_takes_nothing()
    {
        Assert.Equal(64, Fill(TpmPriority.Interactive));
        Assert.Equal(16, Fill(TpmPriority.Bulk));
        Assert.Equal(4, Fill(TpmPriority.Long));
        Assert.Equal((64, 16, 4), (
            _queue.Waiting(TpmPriority.Interactive), _queue.Waiting(TpmPriority.Bulk), _queue.Waiting(TpmPriority.Long)));
        _queue.Close();
        Assert.Equal(84, Take(84).Length);
        Assert.Null(_queue.Take());
        Assert.False(_queue.TryAdd(Task.CompletedTask, TpmPriority.Interactive));
    }

    [Fact]
    public void Machines_have_their_turns_however_much_each_has_to_do()
    {
        AddFor("busy", 5);
        AddFor("calm", 1);
        AddFor("other", 2);

        Assert.Equal(["busy", "calm", "other", "busy", "other", "busy", "busy", "busy"], Enumerable.Range(0, 8).Select(_ => _queue.Take()!.Caller));
    }

    [Fact]
    public void One_machine_takes_at_most_half_of_the_room()
    {
        TpmCaller.Current = "busy";
        Assert.Equal(32, Fill(TpmPriority.Interactive));
        TpmCaller.Current = "calm";
        Assert.True(_queue.TryAdd(Task.CompletedTask, TpmPriority.Interactive));
    }

    [Fact]
    public void Long_work_whose_caller_left_puts_off_no_other()
    {
        Assert.True(_queue.TryAdd(Task.FromCanceled(new CancellationToken(canceled: true)), TpmPriority.Long));
        Add(TpmPriority.Long);
        _clock.Advance(TpmQueue.LongPatience);
        Assert.Equal([TpmPriority.Long], Take(1));
        Add(TpmPriority.Interactive, TpmPriority.Interactive);

        Assert.Equal([TpmPriority.Interactive, TpmPriority.Long, TpmPriority.Interactive], Take(3));
    }

    public void Dispose() => _queue.Dispose();

    private void AddFor(string machine, int count)
    {
        TpmCaller.Current = machine;
        Add([.. Enumerable.Repeat(TpmPriority.Interactive, count)]);
    }

    private void Add(params TpmPriority[] priorities) =>
        Assert.All(priorities, priority => Assert.True(_queue.TryAdd(Task.CompletedTask, priority)));

    private int Fill(TpmPriority priority)
    {
        var count = 0;
        while (_queue.TryAdd(Task.CompletedTask, priority))
        {
            count++;
        }

        return count;
    }

    private TpmPriority[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => _queue.Take()!.Priority)];
}
