namespace KeyBroker.Cli.Commands.Audit;

/// <summary>The lines of a file of any length, as bytes, in bounded memory.</summary>
internal static class LogLines
{
    private const int LongestLine = 1 << 20;

    /// <summary>Those of several files, one behind the other.</summary>
    /// <param name="input">What <c>-</c> stands for.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(IEnumerable<string> paths, Stream input)
    {
        foreach (var path in paths)
        {
            using var stream = path == "-" ? input : File.OpenRead(path);
            foreach (var line in Read(stream))
            {
                yield return line;
            }
        }
    }

    /// <summary>Each is good until the next is asked for.</summary>
    /// <exception cref="FormatException">A line is longer than any broker writes.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(Stream stream)
    {
        var (buffer, length) = (new byte[64 * 1024], 0);
        for (var isOver = false; !isOver;)
        {
            var count = stream.Read(buffer, length, buffer.Length - length);
            (length, isOver) = (length + count, count == 0);
            var start = 0;
            for (var end = IndexOfEnd(buffer, start, length); end >= 0; end = IndexOfEnd(buffer, start, length))
            {
                yield return buffer.AsMemory(start, end - start);
                start = end + 1;
            }

            if (isOver && start < length)
            {
                yield return buffer.AsMemory(start, length - start);
            }

            buffer.AsSpan(start, length - start).CopyTo(buffer);
            length -= start;
            buffer = length < buffer.Length ? buffer : Grown(buffer);
        }
    }

    private static int IndexOfEnd(byte[] buffer, int start, int length) =>
        buffer.AsSpan(start, length - start).IndexOf((byte)'\n') is var at and >= 0 ? start + at : -1;

    private static byte[] Grown(byte[] buffer)
    {
        Array.Resize(ref buffer, buffer.Length < LongestLine ? buffer.Length * 2 : throw new FormatException("a line is longer than any broker writes"));
        return buffer;
    }
}
