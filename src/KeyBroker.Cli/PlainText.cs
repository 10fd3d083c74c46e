using System.Buffers;
using System.Text;

namespace KeyBroker.Cli;

/// <summary>Tells bytes that a terminal only shows from those that it might take for orders.</summary>
internal static class PlainText
{
    public static bool Is(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) != OperationStatus.Done || IsControl(rune))
            {
                return false;
            }

            bytes = bytes[length..];
        }

        return true;
    }

    private static bool IsControl(Rune rune) => Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r');
}
