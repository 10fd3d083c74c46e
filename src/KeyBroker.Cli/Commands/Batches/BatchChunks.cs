namespace KeyBroker.Cli.Commands.Batches;

/// <summary>Cuts a batch into calls: at most 256 items, and no larger than the broker takes.</summary>
internal static class BatchChunks
{
    public const int MostItems = 256;

    // The broker takes 1 MiB; the rest is for what stands around the items.
    private const int MostBytes = 1_000_000;

    /// <summary>Lines that are at fault stay in their place, and weigh nothing.</summary>
    public static IEnumerable<IReadOnlyList<BatchLine>> Of(IEnumerable<BatchLine> lines)
    {
        var (chunk, items, bytes) = (new List<BatchLine>(), 0, 0);
        foreach (var line in lines)
        {
            var weight = line.Body is null ? 0 : line.Body.ToJsonString().Length + 1;
            var isFull = items == MostItems || chunk.Count == 2 * MostItems || (bytes > 0 && bytes + weight > MostBytes);
            if (isFull)
            {
                yield return chunk;
                (chunk, items, bytes) = ([], 0, 0);
            }

            chunk.Add(line);
            (items, bytes) = (items + (line.Body is null ? 0 : 1), bytes + weight);
        }

        if (chunk.Count > 0)
        {
            yield return chunk;
        }
    }
}
