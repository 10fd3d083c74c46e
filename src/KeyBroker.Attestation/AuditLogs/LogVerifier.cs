namespace KeyBroker.Attestation.AuditLogs;

/// <summary>
/// Verifies an export line by line, whatever its length, with no broker: every record by the chain and by the tree, every
/// checkpoint by its signature, and both against each other. The first fault ends it.
/// </summary>
public sealed class LogVerifier
{
    private static readonly byte[] s_clockStep = "\"clock\":\"back\""u8.ToArray();

    private readonly LogExpectations _expected;
    private readonly MerkleFrontier? _tree;
    private byte[] _head = new byte[MerkleHash.Size];
    private CheckpointSeries? _checkpoints;
    private string? _met;
    private long _last;
    private long _redacted;
    private long _clockSteps;
    private int _uncompared;
    private bool _isContained;

    private LogVerifier(LogExpectations expected) => (_expected, _last, _isContained, _tree) =
        (expected, expected.First - 1, expected.Contains is null, expected.First == 1 ? new MerkleFrontier() : null);

    /// <param name="lines">Each without its end; empty ones are left out.</param>
    public static LogVerdict Verify(IEnumerable<ReadOnlyMemory<byte>> lines, LogExpectations expected)
    {
        var verifier = new LogVerifier(expected);
        try
        {
            using var rest = lines.Where(line => !line.IsEmpty).GetEnumerator();
            verifier.Run(rest);
            return verifier.Verdict(null);
        }
        catch (LogFaultException found)
        {
            return verifier.Verdict(found.Fault);
        }
    }

    private void Run(IEnumerator<ReadOnlyMemory<byte>> lines)
    {
        _checkpoints = new CheckpointSeries(_expected);
        MeetKnown();
        while (lines.MoveNext())
        {
            if (SignedCheckpoint.IsOne(lines.Current.Span))
            {
                Meet(_checkpoints.Read(lines.Current.Span, _last), lines);
            }
            else
            {
                Take(lines);
            }
        }

        _checkpoints.End(_last);
        if (!_isContained)
        {
            throw new LogFaultException(LogFaultKind.Fork, _last, "the hash given is nowhere in the chain");
        }

        if (_last < _expected.First)
        {
            throw new LogFaultException(LogFaultKind.Missing, _expected.First, "there is no record");
        }
    }

    private void Take(IEnumerator<ReadOnlyMemory<byte>> lines)
    {
        var entry = LogEntry.TryParse(lines.Current.Span);
        var isFirstOfLater = _last + 1 == _expected.First && _expected.First > 1;
        var follows = entry is not null && (isFirstOfLater || entry.Previous.AsSpan().SequenceEqual(_head));
        if (entry is null || entry.Sequence != _last + 1 || !follows || !entry.IsOneWithItself)
        {
            throw LogDiagnosis.Of(entry, _last + 1, lines);
        }

        if (entry.Leaf is not null && !_expected.WithoutNames)
        {
            throw new LogFaultException(LogFaultKind.Changed, entry.Sequence, "the record is shown without names: what it says cannot be verified, and only its place if you ask for no more");
        }

        (_head, _last) = (entry.Hash, entry.Sequence);
        _tree?.Add(entry.LeafHash);
        _redacted += entry.Leaf is null ? 0 : 1;
        _clockSteps += entry.Record.AsSpan().IndexOf(s_clockStep) < 0 ? 0 : 1;
        _isContained |= _head.AsSpan().SequenceEqual(_expected.Contains);
        MeetKnown();
    }

    private void MeetKnown()
    {
        foreach (var known in _checkpoints!.KnownAt(_last).Where(known => known.Size >= _expected.First || _tree is not null))
        {
            _checkpoints.Accept(known, _head, _tree?.Root);
        }
    }

    private void Meet(MetCheckpoint met, IEnumerator<ReadOnlyMemory<byte>> lines)
    {
        if (met.Body.Size > _last)
        {
            throw LogDiagnosis.OfEarlyCheckpoint(met.Body, _last + 1, lines);
        }

        if (met.Place != _last)
        {
            throw new LogFaultException(LogFaultKind.Moved, met.Body.Size, $"the checkpoint over {met.Body.Size} records stands behind record {_last}");
        }

        if (met.Body.ToString() == _met)
        {
            throw new LogFaultException(LogFaultKind.Inserted, met.Body.Size, $"the checkpoint over {met.Body.Size} records stands here twice");
        }

        _met = met.Body.ToString();
        if (met.Body.Size == _last)
        {
            _checkpoints!.Accept(met.Body, _head, _tree?.Root);
        }
        else if (!met.WasCompared)
        {
            _uncompared++;
        }
    }

    private LogVerdict Verdict(LogFault? fault) => new()
    {
        Fault = fault,
        Records = _last - _expected.First + 1,
        Last = _last,
        Head = _head,
        Root = _tree?.Root,
        Redacted = _redacted,
        ClockSteps = _clockSteps,
        Checkpoints = _checkpoints?.Count ?? 0,
        Uncompared = _uncompared,
        Newest = _checkpoints?.Newest,
        Signer = _checkpoints?.Signer,
    };
}
