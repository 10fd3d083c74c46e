using KeyBroker.Supervision;
using KeyBroker.Telemetry;
using KeyBroker.Tpm.Transports;

using Microsoft.Extensions.Logging.Abstractions;

namespace KeyBroker.TpmAccess;

/// <summary>
/// The one owner of the TPM: a thread that runs units of work, each with exclusive use of it, and that finds its way
/// back after a lost connection or a TPM reset.
/// </summary>
internal sealed partial class TpmWorker : IDisposable
{
    public const int DefaultCapacity = 512;
    private const int Backlog = 12;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestWaitOfLong = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_lastUnit = TimeSpan.FromSeconds(5);

    private readonly Func<ITpmTransport> _connect;
    private readonly TimeProvider _clock;
    private readonly TpmQueue _queue;
    private readonly TpmWatch _watch;
    private readonly Thread _thread;
    private readonly ILogger _log = NullLogger.Instance;
    private TpmLink? _link;
    private (long At, string Why)? _lastFailure;
    private uint _resetCount;
    private bool _isLost;
    private volatile PinnedKey? _pinned;
    private volatile bool _stopping;

    public TpmWorker(Func<ITpmTransport> connect, TimeProvider clock, int capacity = DefaultCapacity)
    {
        (_connect, _clock) = (connect, clock);
        _queue = new TpmQueue(capacity, clock);
        _watch = new TpmWatch(clock, () => Enum.GetValues<TpmPriority>().Sum(Waiting));
        _thread = new Thread(Work) { IsBackground = true, Name = "tpm" };
        _thread.Start();
    }

    /// <summary>Sent when the worker goes: only to a TPM that nobody else uses.</summary>
    public bool ShutDownAtEnd { get; init; }

    /// <summary>Where it says what takes long.</summary>
    public ILogger Log
    {
        init => _watch.Log = _log = value;
    }

    /// <summary>After so long without work, a device that is shared is left without anything of ours.</summary>
    public TimeSpan RestAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Runs a unit of work on the TPM's thread. It may run twice, if the TPM was lost under the first run.</summary>
    /// <exception cref="TpmUnavailableException">The queue is full, the TPM is gone or another, or busy for too long.</exception>
    public async Task<T> RunAsync<T>(
        Func<TpmSessionScope, T> work, CancellationToken cancellation, TpmPriority priority = TpmPriority.Interactive)
    {
        var queued = _clock.GetTimestamp();
        using var waiting = new CancellationTokenSource(
            priority == TpmPriority.Long ? s_longestWaitOfLong : s_longestWait, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, waiting.Token);

        // The token counts only until the work begins: a command that was sent is waited for.
        var task = new Task<T>(
            () => Observe(work, priority, queued), either.Token, TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_queue.TryAdd(task, priority))
        {
            TpmInstruments.Refused(priority);
            throw new TpmUnavailableException(_stopping ? "the broker is stopping" : "too much waits for the TPM");
        }

        try
        {
            return await task;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TpmUnavailableException("the TPM was busy with other work for too long");
        }
    }

    /// <summary>From now on every connection must show this storage root key, and sessions are salted to it.</summary>
    public void Pin(PinnedKey root) => _pinned = root;

    /// <summary>What the TPM is at now, and since when; null while nothing is asked of it.</summary>
    public CurrentWork? Current => _watch.Current;

    /// <summary>How long the unit of work that runs now has had the TPM; null where none does.</summary>
    public TimeSpan? BusyFor => _watch.BusyFor;

    /// <summary>How much waits in a lane now.</summary>
    public int Waiting(TpmPriority lane) => _queue.Waiting(lane);

    /// <summary>Whether so much work waits that what is done with the TPM may take its time: it will not stand idle for that.</summary>
    public bool HasBacklog => Waiting(TpmPriority.Interactive) >= Backlog;

    public WorkProgress Progress { get; } = new();

    /// <summary>Finds out whether the TPM is there, and finds the way back if it is not.</summary>
    public void Revive() => _queue.TryAdd(new Task<byte[]>(() => Serve(scope => scope.Random(1))), TpmPriority.Bulk);

    /// <summary>Ends with the unit of work that runs, or without it if it takes too long.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        _queue.Close();
        if (_thread.Join(s_lastUnit))
        {
            _queue.Dispose();
            _watch.Dispose();
        }
    }

    private void Work()
    {
        while (Next() is { } work)
        {
            _watch.Begin(work.Priority);
            Progress.Begin();
            RunOne(work.Task);
            Progress.End();
            _watch.End();
        }

        if (ShutDownAtEnd)
        {
            _link?.ShutDown();
        }

        Drop();
    }

    private TpmWork? Next()
    {
        if (_link is { CanRest: true } link && !_queue.Wait(RestAfter))
        {
            link.Rest();
        }

        return _queue.Take();
    }

    private static void RunOne(Task task)
    {
        try
        {
            // The task keeps result and exception for whoever awaits it.
            task.RunSynchronously(TaskScheduler.Default);
        }
        catch (InvalidOperationException) when (task.IsCanceled)
        {
            // Its caller went away while it waited.
        }
    }

    private T Observe<T>(Func<TpmSessionScope, T> work, TpmPriority lane, long queued)
    {
        // A child of its message's span: the task runs in the context it was made in.
        using var span = Spans.Start("tpm");
        span?.SetTag("keybroker.tpm.lane", TpmInstruments.NameOf(lane));
        var started = _clock.GetTimestamp();
        TpmInstruments.Waited(lane, _clock.GetElapsedTime(queued, started));
        try
        {
            return Serve(work);
        }
        finally
        {
            TpmInstruments.Served(lane, _clock.GetElapsedTime(started));
        }
    }

    private T Serve<T>(Func<TpmSessionScope, T> work)
    {
        RefuseWhenStopping();
        try
        {
            return Attempt(work);
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            _isLost = true;
            Lost(lost.Message);
            Drop();
        }

        RefuseWhenStopping(); // Nobody starts a TPM for what a stop has interrupted.
        try
        {
            return Attempt(work);
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            _isLost = true;
            Drop();
            throw new TpmUnavailableException($"the TPM does not answer: {lost.Message}", lost);
        }
    }

    private void RefuseWhenStopping()
    {
        if (_stopping)
        {
            throw new TpmUnavailableException("the broker is stopping");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the connection to the TPM was lost and is made again: {Detail}")]
    private partial void Lost(string detail);
}
