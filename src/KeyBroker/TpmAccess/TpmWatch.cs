using Microsoft.Extensions.Logging.Abstractions;

namespace KeyBroker.TpmAccess;

/// <summary>Knows what the TPM is at and since when, and says so in the log while others have to wait for it.</summary>
internal sealed partial class TpmWatch : IDisposable
{
    private static readonly TimeSpan s_noteworthy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock;
    private readonly Func<int> _waiting;
    private readonly ITimer _timer;
    private ILogger _log = NullLogger.Instance;
    private volatile CurrentWork? _current;
    private long _started;

    public TpmWatch(TimeProvider clock, Func<int> waiting)
    {
        (_clock, _waiting) = (clock, waiting);
        _timer = clock.CreateTimer(_ => Announce(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ILogger Log
    {
        set => _log = value;
    }

    public CurrentWork? Current => _current;

    /// <summary>How long the unit of work that runs now has had the TPM; null where none does.</summary>
    public TimeSpan? BusyFor => _current is null ? null : Elapsed;

    public void Begin(TpmPriority kind)
    {
        Volatile.Write(ref _started, _clock.GetTimestamp());
        _timer.Change(s_noteworthy, s_again);
        _current = new CurrentWork(kind, _clock.GetUtcNow()); // Last: who sees it may count on the timer.
    }

    public void End()
    {
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var kind = _current!.Kind;
        _current = null;
        var took = Elapsed;
        if (took >= s_noteworthy)
        {
            var seconds = Seconds(took);
            Done(kind, seconds);
        }
    }

    private TimeSpan Elapsed => _clock.GetElapsedTime(Volatile.Read(ref _started));

    public void Dispose() => _timer.Dispose();

    private void Announce()
    {
        if (_current is { } current)
        {
            var level = current.Kind == TpmPriority.Long ? LogLevel.Information : LogLevel.Warning;
            var seconds = Seconds(Elapsed);
            var waiting = _waiting();
            Busy(level, current.Kind, seconds, waiting);
        }
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 1);

    [LoggerMessage(Message = "the TPM has been at {Kind} work for {Seconds} s, {Waiting} units of work wait")]
    private partial void Busy(LogLevel level, TpmPriority kind, double seconds, int waiting);

    [LoggerMessage(Level = LogLevel.Information, Message = "the TPM was at {Kind} work for {Seconds} s")]
    private partial void Done(TpmPriority kind, double seconds);
}
