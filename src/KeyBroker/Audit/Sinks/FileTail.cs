using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Configuration;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Audit;

/// <summary>The end of a sink's file, compared with the database at start.</summary>
internal sealed class FileTail(string path, SafeFileHandle handle)
{
    // What one commit may have been: written here, and then not committed because the broker was killed.
    private const int MostUncommitted = 256;
    private const int Longest = 4 << 20;

    /// <returns>The last record that the file has, or else what the database knew.</returns>
    /// <exception cref="StartupException">The file is of another log, or has more of it than one commit.</exception>
    public long Settle(AuditLog log, long known)
    {
        var (start, bytes) = Read();
        var end = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        if (end == 0)
        {
            CutAt(start, bytes);
            return known;
        }

        foreach (var (offset, entry) in Entries(bytes.AsSpan(0, end), isWhole: start == 0).AsEnumerable().Reverse().Take(MostUncommitted + 1))
        {
            if (IsIn(log, entry.Sequence, entry.Hash))
            {
                CutAt(start + end, bytes.AsSpan(end));
                return entry.Sequence;
            }

            if (IsIn(log, entry.Sequence - 1, entry.Previous))
            {
                SetAside(entry.Sequence, bytes.AsSpan(offset));
                CutAt(start + offset, []);
                return entry.Sequence - 1;
            }

            end = offset;
        }

        throw new StartupException(
            $"{path} holds audit records that the database does not: this is an older database, or another broker's file; put the newest database back, or move the file away");
    }

    private static bool IsIn(AuditLog log, long sequence, byte[] hash) => sequence == 0
        ? hash.AsSpan().SequenceEqual(AuditChain.Origin)
        : log.List(sequence - 1, 1) is [var stored] && stored.Sequence == sequence && stored.Hash.AsSpan().SequenceEqual(hash);

    /// <summary>What was not committed stays to be looked at: it may also be all that is left of a database that was put back.</summary>
    private void SetAside(long first, ReadOnlySpan<byte> lines) => File.WriteAllBytes($"{path}.uncommitted-{first}", lines);

    private void CutAt(long length, ReadOnlySpan<byte> half)
    {
        if (!half.IsEmpty || length < RandomAccess.GetLength(handle))
        {
            RandomAccess.SetLength(handle, length);
        }
    }

    private (long Start, byte[] Bytes) Read()
    {
        var length = RandomAccess.GetLength(handle);
        var start = Math.Max(0, length - Longest);
        var bytes = new byte[length - start];
        using var reading = File.OpenHandle(path);
        var count = RandomAccess.Read(reading, bytes, start);
        return (start, bytes[..count]);
    }

    private static List<(int Offset, LogEntry Entry)> Entries(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        var (found, offset) = (new List<(int, LogEntry)>(), 0);
        foreach (var range in bytes.Split((byte)'\n'))
        {
            var line = bytes[range];
            if (!line.IsEmpty && LogEntry.TryParse(line) is { } entry)
            {
                found.Add((offset, entry));
            }
            else if (!line.IsEmpty && (offset > 0 || isWhole))
            {
                throw new IOException("it holds lines that are no audit records");
            }

            offset += line.Length + 1;
        }

        return found;
    }
}
