using System.Text.Json.Nodes;

namespace KeyBroker.Audit;

/// <summary>The log as lines, each checkpoint behind the last record it covers, read page by page: an export of any length takes the same memory.</summary>
internal sealed class AuditExporter(AuditLog log, AuditTree tree, CheckpointStore checkpoints, CheckpointMaker maker, AuditLines lines)
{
    private const int PageSize = 500;

    public bool HashesIdentifiers => lines.HashesIdentifiers;

    /// <summary>What follows a record, up to where the log ends now.</summary>
    public IEnumerable<byte[]> Lines(long after)
    {
        // In this order: whatever is signed now is over records that are there now, in a log that nobody cut.
        var newest = checkpoints.Newest()?.Counter ?? 0;
        var end = tree.Head().Size;
        using var signed = Checkpoints(after, newest).GetEnumerator();
        var more = signed.MoveNext();
        foreach (var entry in Records(after, end))
        {
            yield return lines.Of(entry);
            for (; more && signed.Current.Size <= entry.Sequence; more = signed.MoveNext())
            {
                yield return AuditLines.Of(maker.Signed(signed.Current));
            }
        }

        // One over more records than there are says so to whoever verifies the export.
        for (; more && signed.Current.Size > end; more = signed.MoveNext())
        {
            yield return AuditLines.Of(maker.Signed(signed.Current));
        }
    }

    /// <summary>One record as a line has it.</summary>
    public JsonNode Entry(long sequence) => JsonNode.Parse(lines.Of(log.List(sequence - 1, 1)[0]))!;

    private IEnumerable<AuditEntry> Records(long after, long end)
    {
        for (var page = log.List(after, PageSize); page.Count > 0; page = log.List(page[^1].Sequence, PageSize))
        {
            foreach (var entry in page)
            {
                if (entry.Sequence > end)
                {
                    yield break;
                }

                yield return entry;
            }
        }
    }

    private IEnumerable<CheckpointRow> Checkpoints(long after, long newest)
    {
        for (var page = checkpoints.After(0, PageSize); page.Count > 0; page = checkpoints.After(page[^1].Counter, PageSize))
        {
            foreach (var row in page.Where(row => row.Size > after && row.Counter <= newest))
            {
                yield return row;
            }
        }
    }
}
