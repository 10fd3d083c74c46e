using System.Globalization;

namespace KeyBroker.Audit;

/// <summary>What a sink's file has beyond the database: a commit that was cut off, or all that is left of a database that was put back.</summary>
/// <param name="Path">The file.</param>
/// <param name="First">The number of the first record.</param>
internal sealed record FileSurplus(string Path, long First, IReadOnlyList<FileLine> Lines, byte[] Bytes)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Each commit is given after the one before was made: what was given ahead of one commit is the most that a crash leaves.</summary>
    public bool IsOneCommit => Lines.All(line => line.Commit <= First);

    public string Text
    {
        get
        {
            var (records, last) = (Lines.Count(line => line.Record is not null), Lines[^1].Last);
            return records switch
            {
                0 => "a checkpoint",
                1 => $"record {First}",
                _ => string.Create(CultureInfo.InvariantCulture, $"{records} records, {First} to {last}"),
            };
        }
    }

    /// <summary>Keeps it beside the file; what was kept there before stays.</summary>
    /// <returns>Where.</returns>
    public string Save()
    {
        var name = $"{Path}.uncommitted-{First}";
        for (var next = 2; File.Exists(name); next++)
        {
            if (File.ReadAllBytes(name).AsSpan().SequenceEqual(Bytes))
            {
                return name; // A start that was cut off kept it.
            }

            name = $"{Path}.uncommitted-{First}-{next}";
        }

        using var kept = new FileStream(
            name, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        kept.Write(Bytes);
        kept.Flush(flushToDisk: true);
        return name;
    }
}
