using System.Net.Sockets;
using System.Text;
using KeyBroker.Supervision;
using KeyBroker.Testing;
using KeyBroker.Tests.Storage;
using KeyBroker.TpmAccess;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KeyBroker.Tests.Supervision;

/// <summary>Signs of life, heard on a real datagram socket.</summary>
public sealed class WatchdogTests : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-notify-");
    private readonly Socket _ear = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };

    public WatchdogTests() => _ear.Bind(new UnixDomainSocketEndPoint(Address));

    private string Address => Path.Combine(_folder.FullName, "notify");

    public void Dispose()
    {
        _ear.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Gives_no_sign_of_life_while_the_tpm_thread_is_stuck()
    {
        await using var swtpm = await Swtpm.StartAsync();
        using var worker = new TpmWorker(swtpm.OpenTransport, TimeProvider.System);
        await using var store = new TemporaryDatabase();
        using var complaints = new Complaints();
        var clock = new Clock();
        var manager = new ServiceManager(Address, s_period, NullLogger<ServiceManager>.Instance);
        using var watchdog = new Watchdog(manager, worker, store.Database, clock, complaints);
        await watchdog.StartAsync(TestContext.Current.CancellationToken);
        await manager.StartedAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("READY=1", Hear());
        await clock.Ticks;
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var stuck = worker.RunAsync(_ => Block(entered, gate), TestContext.Current.CancellationToken);
        entered.Wait(TestContext.Current.CancellationToken);

        clock.Advance(s_period / 2);
        Assert.Equal("WATCHDOG=1", Hear()); // It may have begun just now.
        clock.Advance(s_period / 2);
        await complaints.First;
        gate.Set();
        await stuck;
        await worker.RunAsync(scope => scope.Random(1), TestContext.Current.CancellationToken);
        clock.Advance(s_period / 2);

        Assert.Equal("WATCHDOG=1", Hear());
        Assert.Equal(0, _ear.Available);
        await watchdog.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Idle_is_not_stuck_and_neither_is_one_piece_after_another()
    {
        var (progress, mark) = (new WorkProgress(), 0L);

        Assert.False(progress.IsStuckSince(ref mark));
        Assert.False(progress.IsStuckSince(ref mark));
        progress.Begin();
        Assert.False(progress.IsStuckSince(ref mark));
        progress.End();
        progress.Begin();
        Assert.False(progress.IsStuckSince(ref mark));
        Assert.True(progress.IsStuckSince(ref mark));
    }

    [Fact]
    public async Task Says_when_it_listens_and_when_it_stops()
    {
        var manager = new ServiceManager(Address, null, NullLogger<ServiceManager>.Instance);

        await manager.StartedAsync(TestContext.Current.CancellationToken);
        await manager.StoppingAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("READY=1\n", Hear());
        Assert.StartsWith("STOPPING=1\n", Hear());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vsock:2:1")]
    [InlineData("/no/such/socket")]
    public async Task Goes_on_where_nobody_listens(string? address) =>
        await new ServiceManager(address, null, NullLogger<ServiceManager>.Instance)
            .StartedAsync(TestContext.Current.CancellationToken);

    private static bool Block(ManualResetEventSlim entered, ManualResetEventSlim gate)
    {
        entered.Set();
        gate.Wait();
        return true;
    }

    private string Hear()
    {
        var news = new byte[256];
        return Encoding.UTF8.GetString(news, 0, _ear.Receive(news));
    }

    /// <summary>Tells when the watchdog, which starts on a thread of its own, waits for its first tick.</summary>
    private sealed class Clock : FakeTimeProvider
    {
        private readonly TaskCompletionSource _ticks = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ticks => _ticks.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _ticks.TrySetResult();
            return timer;
        }
    }

    private sealed class Complaints : ILogger<Watchdog>, IDisposable
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task First => _first.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => _first.TrySetResult();

        public void Dispose()
        {
        }
    }
}
