using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Storage;

/// <summary>Looks through a whole file for bytes that should be gone from it.</summary>
internal static class FileTraces
{
    private const int PartLength = 1 << 20;

    public static bool Remain(TraceMarks marks, SafeFileHandle file)
    {
        var part = new byte[PartLength];

        // Parts overlap, for what begins at the end of one.
        long offset = 0;
        int count;
        while (!marks.IsEmpty && (count = RandomAccess.Read(file, part, offset)) >= TraceMarks.Piece)
        {
            if (marks.AreIn(part.AsSpan(0, count)))
            {
                return true;
            }

            offset += count - TraceMarks.Piece + 1;
        }

        return false;
    }
}
