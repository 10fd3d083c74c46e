using System.Globalization;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>What a core dump of a process would hold: its readable private memory.</summary>
internal static class ProcessMemory
{
    private const int Step = 1 << 20;

    /// <summary>How often each text occurs.</summary>
    public static int Count(int process, IReadOnlyList<byte[]> texts)
    {
        using var memory = new FileStream($"/proc/{process}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        var found = 0;
        foreach (var (start, end) in Regions(process))
        {
            found += CountIn(memory, start, end, texts);
        }

        return found;
    }

    private static IEnumerable<(long Start, long End)> Regions(int process) =>
        from line in File.ReadAllLines($"/proc/{process}/maps")
        let parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where parts[1].StartsWith("rw", StringComparison.Ordinal) && !line.EndsWith("[vvar]", StringComparison.Ordinal)
        let range = parts[0].Split('-')
        select (Hex(range[0]), Hex(range[1]));

    private static int CountIn(FileStream memory, long start, long end, IReadOnlyList<byte[]> texts)
    {
        var overlap = texts.Max(text => text.Length) - 1;
        var buffer = new byte[Step + overlap];
        var found = 0;
        for (var at = start; at < end; at += Step)
        {
            var length = Read(memory, at, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)));
            found += texts.Sum(text => CountIn(buffer.AsSpan(0, length), text, Step));
        }

        return found;
    }

    /// <summary>Those that begin within the step: what begins behind it is counted with the next.</summary>
    private static int CountIn(ReadOnlySpan<byte> bytes, byte[] text, int step)
    {
        var (found, at) = (0, 0);
        while (at < bytes.Length && bytes[at..].IndexOf(text) is >= 0 and var next && at + next < step)
        {
            found++;
            at += next + 1;
        }

        return found;
    }

    /// <summary>Pages that were reserved and never used cannot be read, and hold nothing.</summary>
    private static int Read(FileStream memory, long at, Span<byte> target)
    {
        try
        {
            memory.Position = at;
            return memory.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static long Hex(string digits) => long.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
