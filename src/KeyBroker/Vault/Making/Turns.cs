namespace KeyBroker.Vault;

/// <summary>Lets one maker at a time work on one subject; the others wait in line, and cost nothing while they do.</summary>
internal sealed class Turns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _lines = new(StringComparer.Ordinal);

    /// <summary>Waits for its turn; disposing what it gives passes the turn on.</summary>
    public async Task<IDisposable> TakeAsync(string subject, CancellationToken cancellation)
    {
        if (Join(subject) is { } place)
        {
            await using var registration = cancellation.Register(() => place.TrySetCanceled(cancellation));
            await place.Task;
        }

        return new Turn(this, subject);
    }

    /// <summary>Null for the first in line, whose turn it is.</summary>
    private TaskCompletionSource? Join(string subject)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(subject, out var line))
            {
                _lines[subject] = new Queue<TaskCompletionSource>();
                return null;
            }

            var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            line.Enqueue(place);
            return place;
        }
    }

    private void Pass(string subject)
    {
        lock (_lock)
        {
            var line = _lines[subject];
            while (line.TryDequeue(out var next))
            {
                // One that was cancelled while it waited has left the line.
                if (next.TrySetResult())
                {
                    return;
                }
            }

            _lines.Remove(subject);
        }
    }

    private sealed class Turn(Turns turns, string subject) : IDisposable
    {
        private int _passed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _passed, 1) == 0)
            {
                turns.Pass(subject);
            }
        }
    }
}
