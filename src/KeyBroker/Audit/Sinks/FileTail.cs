using KeyBroker.Configuration;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Audit;

/// <summary>The end of a sink's file, compared with the database at start.</summary>
internal sealed class FileTail
{
    private const int Longest = 4 << 20;

    private readonly string _path;
    private readonly long _start;
    private readonly byte[] _bytes;
    private readonly List<FileLine> _lines;

    private FileTail(string path, long start, byte[] bytes)
    {
        (_path, _start, _bytes) = (path, start, bytes);
        _lines = Parse(bytes.AsSpan(0, End), isWhole: start == 0);
    }

    /// <summary>Behind the last whole line: half a line is no record.</summary>
    private int End => _bytes.AsSpan().LastIndexOf((byte)'\n') + 1;

    public static FileTail Read(string path, SafeFileHandle handle)
    {
        var length = RandomAccess.GetLength(handle);
        var start = Math.Max(0, length - Longest);
        var bytes = new byte[length - start];
        using var reading = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var count = RandomAccess.Read(reading, bytes, start);
        return start == 0 || bytes.AsSpan(0, count).Contains((byte)'\n')
            ? new FileTail(path, start, bytes[..count])
            : throw new IOException("its end is no audit record");
    }

    /// <returns>How far the file and the database agree, where that ends in the file, and what the file has beyond.</returns>
    /// <exception cref="StartupException">They agree nowhere.</exception>
    public (SinkCursor Agreed, long Offset, FileSurplus? Surplus) Compare(SinkStart start, SinkCursor known)
    {
        if (_lines.Count == 0)
        {
            return (known, _start + End, null);
        }

        var agreed = _lines.FindLastIndex(line => line.IsIn(start));
        if (agreed < 0 && !_lines[0].Follows(start))
        {
            throw new StartupException(
                $"{_path} holds audit records that the database does not: this is an older database, or another broker's file; put the newest database back, or move the file away");
        }

        var kept = _lines[..(agreed + 1)];
        var cursor = new SinkCursor(
            kept.Count > 0 ? kept[^1].Last : _lines[0].Before, kept.FindLast(line => line.Checkpoint is not null)?.Checkpoint!.Counter ?? known.Counter);
        if (agreed == _lines.Count - 1)
        {
            return (cursor, _start + End, null);
        }

        var beyond = _lines[(agreed + 1)..];
        return (cursor, _start + beyond[0].Offset, new FileSurplus(_path, cursor.Sequence + 1, beyond, _bytes[beyond[0].Offset..]));
    }

    private static List<FileLine> Parse(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        var (found, offset) = (new List<FileLine>(), 0);
        foreach (var range in bytes.Split((byte)'\n'))
        {
            var line = bytes[range];
            if (!line.IsEmpty && FileLine.TryParse(offset, line) is { } parsed)
            {
                found.Add(parsed);
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
