using KeyBroker.Supervision;
using KeyBroker.Telemetry;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Transports;

namespace KeyBroker.TpmAccess;

/// <summary>
/// The one owner of the TPM: a thread that runs units of work, each with exclusive use of it, and that finds its way
/// back after a lost connection or a TPM reset.
/// </summary>
internal sealed class TpmWorker : IDisposable
{
    public const int DefaultCapacity = 512;
    private const long Idle = long.MinValue;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    // The last command may be a long one; a TPM that does not answer at all must not keep the broker from ending.
    private static readonly TimeSpan s_lastCommand = TimeSpan.FromSeconds(5);

    private readonly Func<ITpmTransport> _connect;
    private readonly TimeProvider _clock;
    private readonly TpmQueue _queue;
    private readonly Thread _thread;
    private TpmLink? _link;
    private long? _lastFailure;
    private long _busySince = Idle;
    private uint _resetCount;
    private bool _isLost;
    private volatile PinnedKey? _pinned;
    private volatile bool _stopping;

    public TpmWorker(Func<ITpmTransport> connect, TimeProvider clock, int capacity = DefaultCapacity)
    {
        (_connect, _clock) = (connect, clock);
        _queue = new TpmQueue(capacity);
        _thread = new Thread(Work) { IsBackground = true, Name = "tpm" };
        _thread.Start();
    }

    /// <summary>Sent when the worker goes: only to a TPM that nobody else uses.</summary>
    public bool ShutDownAtEnd { get; init; }

    /// <summary>Runs a unit of work on the TPM's thread. It may run twice, if the TPM was lost under the first run.</summary>
    /// <exception cref="TpmUnavailableException">The queue is full, or the TPM is gone or another.</exception>
    public Task<T> RunAsync<T>(
        Func<TpmSessionScope, T> work, CancellationToken cancellation, TpmPriority priority = TpmPriority.Interactive)
    {
        var queued = _clock.GetTimestamp();
        var task = new Task<T>(
            () => Observe(work, priority, queued), cancellation, TaskCreationOptions.RunContinuationsAsynchronously);
        if (_queue.TryAdd(task, priority))
        {
            return task;
        }

        TpmInstruments.Refused(priority);
        throw new TpmUnavailableException(_stopping ? "the broker is stopping" : "too much waits for the TPM");
    }

    /// <summary>From now on every connection must show this storage root key, and sessions are salted to it.</summary>
    public void Pin(PinnedKey root) => _pinned = root;

    /// <summary>Whether a unit of work runs now.</summary>
    public bool IsBusy => BusyFor is not null;

    /// <summary>How long the unit of work that runs now has had the TPM; null where none does.</summary>
    public TimeSpan? BusyFor => Interlocked.Read(ref _busySince) is var since and not Idle
        ? _clock.GetElapsedTime(since)
        : null;

    /// <summary>How much waits in a lane now.</summary>
    public int Waiting(TpmPriority lane) => _queue.Waiting(lane);

    public WorkProgress Progress { get; } = new();

    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        _queue.Close();
        if (_thread.Join(s_lastCommand))
        {
            _queue.Dispose();
        }
    }

    private void Work()
    {
        while (_queue.Take() is { } task)
        {
            Interlocked.Exchange(ref _busySince, _clock.GetTimestamp());
            Progress.Begin();
            RunOne(task);
            Progress.End();
            Interlocked.Exchange(ref _busySince, Idle);
        }

        if (ShutDownAtEnd)
        {
            _link?.ShutDown();
        }

        Drop();
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
            throw new TpmUnavailableException("the TPM does not answer", lost);
        }
    }

    private void RefuseWhenStopping()
    {
        if (_stopping)
        {
            throw new TpmUnavailableException("the broker is stopping");
        }
    }

    private T Attempt<T>(Func<TpmSessionScope, T> work) => work(new TpmSessionScope(Connected()));

    private TpmLink Connected()
    {
        if (_link is not null && _link.Pinned == _pinned)
        {
            return _link;
        }

        Drop();
        RefuseDuringPause();
        try
        {
            _link = TpmLink.Open(new MeteredTransport(_connect()), _pinned);
            _lastFailure = null;
            NoteConnection(_link);
            return _link;
        }
        finally
        {
            if (_link is null)
            {
                _lastFailure = _clock.GetTimestamp();
                TpmInstruments.Reconnected("none");
            }
        }
    }

    private void NoteConnection(TpmLink link)
    {
        var resetCount = link.Tpm.Execute(new ReadClock()).Clock.ResetCount;
        if (_isLost)
        {
            TpmInstruments.Reconnected(resetCount == _resetCount ? "same" : "reset");
        }

        (_isLost, _resetCount) = (false, resetCount);
    }

    /// <summary>A TPM that was just found gone is not asked again by every caller in the queue.</summary>
    private void RefuseDuringPause()
    {
        if (_lastFailure is { } failure && _clock.GetElapsedTime(failure) < s_pause)
        {
            throw new TpmUnavailableException("the TPM does not answer");
        }
    }

    private bool IsLoss(Exception exception) => exception switch
    {
        IOException or TpmFormatException or TpmSessionException => true,
        TpmException error => _link?.IsLostAfter(error) ?? true,
        _ => false,
    };

    private void Drop()
    {
        _link?.Dispose();
        _link = null;
    }
}
