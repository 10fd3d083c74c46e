using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Storage;

/// <summary>Looks for bytes that should be gone from a file, piece by piece: a page that was rebuilt may have kept a part.</summary>
internal static class FileTraces
{
    private const int Piece = 32;
    private const int Stride = 64;
    private const int PartLength = 1 << 20;

    public static bool Remain(IEnumerable<byte[]> secrets, SafeFileHandle file)
    {
        var pieces = secrets.SelectMany(Pieces).ToList();
        var part = new byte[PartLength];

        // Parts overlap, for what begins at the end of one.
        long offset = 0;
        int count;
        while (pieces.Count > 0 && (count = RandomAccess.Read(file, part, offset)) >= Piece)
        {
            if (pieces.Exists(piece => part.AsSpan(0, count).IndexOf(piece) >= 0))
            {
                return true;
            }

            offset += count - Piece + 1;
        }

        return false;
    }

    private static IEnumerable<byte[]> Pieces(byte[] secret) =>
        Enumerable.Range(0, secret.Length / Stride).Select(index => secret.AsSpan(index * Stride, Piece).ToArray());
}
