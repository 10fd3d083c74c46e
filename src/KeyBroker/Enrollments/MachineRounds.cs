using System.Collections.Concurrent;

namespace KeyBroker.Enrollments;

/// <summary>
/// In which commit each machine was written last, as far as that is remembered: so that it costs no query to find out that a machine is
/// still what it was when somebody read it. Where that is not sure, the answer is no, and the row is read.
/// </summary>
internal sealed class MachineRounds
{
    private const int Capacity = 1 << 16;
    private readonly ConcurrentDictionary<string, long> _byId = new(StringComparer.Ordinal);
    private long _forgotten = -1;

    /// <summary>By the writer alone.</summary>
    public void Note(string id, long round)
    {
        if (_byId.Count >= Capacity)
        {
            Interlocked.Exchange(ref _forgotten, round);
            _byId.Clear();
        }

        _byId[id] = round;
    }

    /// <summary>True where nobody wrote the machine since it was read, which began after the writer had come to this round.</summary>
    public bool IsUnchanged(string id, long readIn) =>
        (_byId.TryGetValue(id, out var round) ? round : Interlocked.Read(ref _forgotten)) < readIn;
}
