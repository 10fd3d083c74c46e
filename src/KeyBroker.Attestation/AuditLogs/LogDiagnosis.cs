namespace KeyBroker.Attestation.AuditLogs;

/// <summary>Tells from what follows in a log what a line that does not fit there means.</summary>
internal static class LogDiagnosis
{
    /// <param name="found">The line at fault, or null if it is no entry.</param>
    /// <param name="wanted">The number that should stand here.</param>
    public static LogFaultException Of(LogEntry? found, long wanted, IEnumerator<ReadOnlyMemory<byte>> rest)
    {
        if (found is null || found.Sequence == wanted)
        {
            return OfWrong(found, wanted, rest);
        }

        if (found.Sequence < wanted)
        {
            return new LogFaultException(LogFaultKind.Inserted, found.Sequence, $"record {found.Sequence} stands here once more, where {wanted} should");
        }

        var (wantedIsLater, foundIsLater) = (false, false);
        foreach (var number in Numbers(rest))
        {
            (wantedIsLater, foundIsLater) = (wantedIsLater || number == wanted, foundIsLater || number == found.Sequence);
        }

        return (wantedIsLater, foundIsLater) switch
        {
            (true, true) => new LogFaultException(LogFaultKind.Inserted, found.Sequence, $"record {found.Sequence} stands where {wanted} should, and once more where it belongs"),
            (true, false) => new LogFaultException(LogFaultKind.Moved, wanted, $"record {wanted} stands behind record {found.Sequence}"),
            _ => new LogFaultException(LogFaultKind.Missing, wanted, $"record {wanted} is not there, the next is {found.Sequence}"),
        };
    }

    /// <summary>A checkpoint over records that have not come.</summary>
    public static LogFaultException OfEarlyCheckpoint(CheckpointBody met, long wanted, IEnumerator<ReadOnlyMemory<byte>> rest)
    {
        var later = Numbers(rest).ToList();
        return later.Contains(wanted)
            ? new LogFaultException(LogFaultKind.Moved, met.Size, $"the checkpoint over {met.Size} records stands before record {wanted}")
            : later.Count > 0
                ? new LogFaultException(LogFaultKind.Missing, wanted, $"record {wanted} is not there, and a checkpoint is over it")
                : new LogFaultException(LogFaultKind.Cut, wanted, $"the checkpoint with counter {met.Counter} is over {met.Size} records, and the log ends with {wanted - 1}");
    }

    private static LogFaultException OfWrong(LogEntry? found, long wanted, IEnumerator<ReadOnlyMemory<byte>> rest)
    {
        if (Numbers(rest).FirstOrDefault() == wanted)
        {
            return new LogFaultException(LogFaultKind.Inserted, wanted, $"a line that is not record {wanted} stands before it");
        }

        // One that is whole in itself hangs on another record than the one before: that one was exchanged.
        return found is { IsOneWithItself: true } && wanted > 1
            ? new LogFaultException(LogFaultKind.Changed, wanted - 1, $"record {wanted} does not follow record {wanted - 1}, which was changed")
            : new LogFaultException(LogFaultKind.Changed, wanted, $"record {wanted} is not the one that its hash is of");
    }

    private static IEnumerable<long> Numbers(IEnumerator<ReadOnlyMemory<byte>> rest)
    {
        while (rest.MoveNext())
        {
            if (LogEntry.TryParse(rest.Current.Span) is { } entry)
            {
                yield return entry.Sequence;
            }
        }
    }
}
