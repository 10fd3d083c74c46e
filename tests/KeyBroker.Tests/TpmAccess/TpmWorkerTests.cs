using KeyBroker.Testing;
using KeyBroker.Tpm.Transports;
using KeyBroker.TpmAccess;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace KeyBroker.Tests.TpmAccess;

public sealed class TpmWorkerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_queue_refuses_and_whoever_waits_goes_before_housekeeping()
    {
        await using var tpm = await Swtpm.StartAsync();
        using var worker = new TpmWorker(() => TpmConnection.Open(tpm.Tcti), new FakeTimeProvider(), capacity: 4);
        using var gate = new ManualResetEventSlim();
        var order = new List<string>();
        var first = worker.RunAsync(_ => Block(gate), Cancellation);
        while (worker.Current is null)
        {
            await Task.Yield();
        }

        var bulk = worker.RunAsync(_ => Note(order, "bulk"), Cancellation, TpmPriority.Bulk);
        var waiting = Enumerable.Range(0, 4).Select(_ => worker.RunAsync(_ => Note(order, "now"), Cancellation)).ToArray();
        await Assert.ThrowsAsync<TpmUnavailableException>(() => worker.RunAsync(_ => 0, Cancellation));
        await Assert.ThrowsAsync<TpmUnavailableException>(
            () => worker.RunAsync(_ => 0, Cancellation, TpmPriority.Bulk));
        gate.Set();
        await Task.WhenAll([first, bulk, .. waiting]);

        Assert.Equal(["now", "now", "now", "now", "bulk"], order);
    }

    [Fact]
    public async Task Work_whose_caller_left_is_not_done()
    {
        await using var tpm = await Swtpm.StartAsync();
        using var worker = new TpmWorker(() => TpmConnection.Open(tpm.Tcti), TimeProvider.System);
        using var gate = new ManualResetEventSlim();
        using var leaving = new CancellationTokenSource();
        var order = new List<string>();
        var first = worker.RunAsync(_ => Block(gate), Cancellation);
        var left = worker.RunAsync(_ => Note(order, "left"), leaving.Token);
        var stayed = worker.RunAsync(_ => Note(order, "stayed"), Cancellation);

        await leaving.CancelAsync();
        gate.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await Task.WhenAll(first, stayed);
        Assert.Equal(["stayed"], order);
    }

    [Fact]
    public async Task A_tpm_that_is_gone_is_unavailable_at_once()
    {
        await using var tpm = await Swtpm.StartAsync();
        using var worker = new TpmWorker(() => TpmConnection.Open(tpm.Tcti), TimeProvider.System);
        await worker.RunAsync(scope => scope.Random(8), Cancellation);

        await tpm.KillAsync();

        for (var n = 0; n < 3; n++)
        {
            await Assert.ThrowsAsync<TpmUnavailableException>(
                () => worker.RunAsync(scope => scope.Random(8), Cancellation));
        }
    }

    [Fact]
    public async Task An_exception_of_the_work_is_its_callers()
    {
        await using var tpm = await Swtpm.StartAsync();
        using var worker = new TpmWorker(() => TpmConnection.Open(tpm.Tcti), TimeProvider.System);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => worker.RunAsync<int>(_ => throw new InvalidOperationException(), Cancellation));

        Assert.Equal(8, (await worker.RunAsync(scope => scope.Random(8), Cancellation)).Length);
    }

    [Fact]
    public async Task After_the_end_everything_is_refused()
    {
        await using var tpm = await Swtpm.StartAsync();
        var worker = new TpmWorker(() => TpmConnection.Open(tpm.Tcti), TimeProvider.System);
        worker.Dispose();

        await Assert.ThrowsAsync<TpmUnavailableException>(() => worker.RunAsync(_ => 0, Cancellation));
    }

    [Fact]
    public async Task A_tpm_that_hangs_is_unavailable_within_the_deadline_and_recovers_when_it_goes_on()
    {
        await using var tpm = await Swtpm.StartAsync();
        var patience = new CommandPatience(TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(1));
        using var worker = new TpmWorker(
            () => TpmConnection.Open(tpm.Tcti, TimeProvider.System, patience), TimeProvider.System);
        await worker.RunAsync(scope => scope.Random(8), Cancellation);

        await tpm.SuspendAsync();
        var waiting = Enumerable.Range(0, 20).Select(_ => worker.RunAsync(scope => scope.Random(8), Cancellation)).ToArray();
        foreach (var work in waiting)
        {
            await Assert.ThrowsAsync<TpmUnavailableException>(() => work);
        }

        await tpm.ResumeAsync();
        while (await worker.RunAsync(scope => scope.Random(8), Cancellation).ContinueWith(work => !work.IsCompletedSuccessfully, Cancellation))
        {
            await Task.Delay(20, Cancellation);
        }
    }

    [Fact]
    public async Task Whoever_waits_for_too_long_is_told_so_and_the_work_is_not_done()
    {
        await using var tpm = await Swtpm.StartAsync();
        var clock = new FakeTimeProvider();
        using var worker = new TpmWorker(() => TpmConnection.Open(tpm.Tcti), clock);
        using var gate = new ManualResetEventSlim();
        var order = new List<string>();
        var first = worker.RunAsync(_ => Block(gate), Cancellation, TpmPriority.Long);
        var left = worker.RunAsync(_ => Note(order, "left"), Cancellation);

        clock.Advance(TimeSpan.FromSeconds(31));

        await Assert.ThrowsAsync<TpmUnavailableException>(() => left);
        gate.Set();
        await first;
        await worker.RunAsync(_ => Note(order, "after"), Cancellation);
        Assert.Equal(["after"], order);
    }

    [Fact]
    public async Task Says_what_it_is_at_and_since_when_and_logs_what_takes_long()
    {
        await using var tpm = await Swtpm.StartAsync();
        var clock = new FakeTimeProvider();
        var log = new LineLog();
        using var worker = new TpmWorker(() => TpmConnection.Open(tpm.Tcti), clock) { Log = log };
        using var gate = new ManualResetEventSlim();
        var began = clock.GetUtcNow();
        var work = worker.RunAsync(_ => Block(gate), Cancellation, TpmPriority.Long);
        while (worker.Current is null)
        {
            await Task.Yield();
        }

        clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Empty(log.Lines);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new CurrentWork(TpmPriority.Long, began), worker.Current);
        Assert.Equal(["the TPM has been at Long work for 1 s, 0 units of work wait"], log.Lines);
        gate.Set();
        await work;
        await worker.RunAsync(_ => 0, Cancellation);
        Assert.Equal("the TPM was at Long work for 1 s", log.Lines[1]);
    }

    private static int Block(ManualResetEventSlim gate)
    {
        gate.Wait(Cancellation);
        return 0;
    }

    private static int Note(List<string> order, string what)
    {
        order.Add(what);
        return order.Count;
    }
}
