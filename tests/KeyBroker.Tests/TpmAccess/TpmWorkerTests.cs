using KeyBroker.Testing;
using KeyBroker.Tpm.Transports;
using KeyBroker.TpmAccess;

using Xunit;

namespace KeyBroker.Tests.TpmAccess;

public sealed class TpmWorkerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_queue_refuses_and_whoever_waits_goes_before_housekeeping()
    {
        await using var tpm = await Swtpm.StartAsync();
        using var worker = new TpmWorker(() => TpmConnection.Open(tpm.Tcti), TimeProvider.System, capacity: 4);
        using var gate = new ManualResetEventSlim();
        var order = new List<string>();
        var first = worker.RunAsync(_ => Block(gate), Cancellation);
        while (!worker.IsBusy)
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
