using KeyBroker.Attestation.AuditLogs;

namespace KeyBroker.Audit;

/// <summary>A line of a sink's file: a record or a checkpoint, untrusted.</summary>
internal sealed record FileLine(int Offset, LogEntry? Record, SignedCheckpoint? Signed, CheckpointBody? Checkpoint)
{
    /// <summary>The first record of the commit that it was written ahead of; null behind it.</summary>
    public long? Commit => Record is not null ? Record.Commit : Signed!.Commit;

    /// <summary>The last record before it.</summary>
    public long Before => Record is not null ? Record.Sequence - 1 : Last;

    /// <summary>The last record with it.</summary>
    public long Last => Record?.Sequence ?? Signed!.Behind ?? Checkpoint!.Size;

    public bool IsIn(SinkStart start) =>
        Record is not null ? start.HasRecord(Record.Sequence, Record.Hash) : start.HasCheckpoint(Checkpoint!);

    /// <summary>Whether the database has what comes before it.</summary>
    public bool Follows(SinkStart start) =>
        Record is not null ? start.HasRecord(Record.Sequence - 1, Record.Previous) : start.HasRecord(Checkpoint!.Size, Checkpoint.Chain);

    /// <summary>Null where it is neither.</summary>
    public static FileLine? TryParse(int offset, ReadOnlySpan<byte> line)
    {
        if (!SignedCheckpoint.IsOne(line))
        {
            return LogEntry.TryParse(line) is { } entry ? new FileLine(offset, entry, null, null) : null;
        }

        try
        {
            var signed = SignedCheckpoint.Parse(line);
            return new FileLine(offset, null, signed, CheckpointBody.Parse(signed.Text));
        }
        catch (CheckpointException)
        {
            return null;
        }
    }
}
