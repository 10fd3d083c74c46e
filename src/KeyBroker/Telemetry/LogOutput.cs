using System.Text;

namespace KeyBroker.Telemetry;

/// <summary>
/// Where log lines go. What comes within a hundredth of a second goes out in one write, because a write a line costs more
/// than making the line; a warning takes along at once what waits before it. Whoever writes waits when the reader does not
/// keep up: no line is dropped.
/// </summary>
internal sealed class LogOutput : IAsyncDisposable
{
    private const int MostWaiting = 1 << 20; // Characters.
    private static readonly TimeSpan s_gathering = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly TextWriter _output;
    private readonly Thread _writer;
    private StringBuilder _waiting = new();
    private StringBuilder _leaving = new();
    private bool _urgent;
    private bool _ended;

    public LogOutput(TextWriter output)
    {
        _output = output;
        _writer = new Thread(Run) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    /// <summary>Takes a line; after the end it is written at once, by the caller.</summary>
    public void Write(StringBuilder line, bool urgent)
    {
        lock (_gate)
        {
            while (_waiting.Length > MostWaiting && !_ended)
            {
                Monitor.Wait(_gate);
            }

            var wakes = _waiting.Length == 0 || (urgent && !_urgent);
            _waiting.Append(line);
            _urgent |= urgent;
            if (_ended)
            {
                Send(_waiting);
            }
            else if (wakes)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Everything that was taken is written before this returns, unless nobody reads for two seconds.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }

        _writer.Join(s_farewell);
        return ValueTask.CompletedTask;
    }

    private void Run()
    {
        while (Gather())
        {
            Send(_leaving);
        }
    }

    // False when there is nothing left and never will be.
    private bool Gather()
    {
        lock (_gate)
        {
            while (_waiting.Length == 0 && !_ended)
            {
                Monitor.Wait(_gate);
            }

            if (!_urgent && !_ended)
            {
                Monitor.Wait(_gate, s_gathering);
            }

            (_waiting, _leaving) = (_leaving, _waiting);
            _urgent = false;
            Monitor.PulseAll(_gate);
            return _leaving.Length > 0;
        }
    }

    private void Send(StringBuilder lines)
    {
        try
        {
            _output.Write(lines);
            _output.Flush();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // A full disk, a reader that went away or an output that was never open (which the runtime calls unauthorized) loses
            // lines of the log, and nothing else: what must not be lost is in the audit.
        }

        lines.Clear();
    }
}
