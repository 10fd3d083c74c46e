using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KeyBroker.Storage;

/// <summary>
/// By what bytes that should be gone are known again, without keeping them: of one piece in each stride a sum that moves along a
/// file cheaply, and the SHA-256 that confirms it. Pieces, because a page that was rebuilt may have kept a part.
/// </summary>
internal sealed class TraceMarks
{
    public const int Piece = 32;

    private const int Stride = 64;
    private const int Length = sizeof(ulong) + SHA256.HashSizeInBytes;
    private const ulong Factor = 0x9E3779B97F4A7C15;
    private static readonly ulong[] s_leaving = [.. Enumerable.Range(0, 256).Select(value => unchecked((ulong)value * Power(Factor, Piece)))];

    private readonly ILookup<ulong, byte[]> _digests;
    private readonly bool[] _sums = new bool[1 << 16]; // Most positions end here.

    private TraceMarks(IEnumerable<(ulong Sum, byte[] Digest)> marks)
    {
        _digests = marks.ToLookup(mark => mark.Sum, mark => mark.Digest);
        foreach (var sum in _digests.Select(each => each.Key))
        {
            _sums[sum >> 48] = true;
        }
    }

    public bool IsEmpty => _digests.Count == 0;

    public static TraceMarks Of(IEnumerable<byte[]> secrets) =>
        new(secrets.SelectMany(Pieces).Select(piece => (SumOf(piece), SHA256.HashData(piece))));

    /// <param name="kept">What <see cref="ToBytes"/> gave, any number of times.</param>
    public static TraceMarks Parse(IEnumerable<byte[]> kept) => new(kept.SelectMany(bytes => bytes.Chunk(Length))
        .Select(mark => (BinaryPrimitives.ReadUInt64BigEndian(mark), mark[sizeof(ulong)..])));

    public byte[] ToBytes()
    {
        var bytes = new List<byte>();
        var sum = new byte[sizeof(ulong)];
        foreach (var each in _digests)
        {
            BinaryPrimitives.WriteUInt64BigEndian(sum, each.Key);
            bytes.AddRange(each.SelectMany(digest => sum.Concat(digest)));
        }

        return [.. bytes];
    }

    /// <summary>True where one of the pieces is somewhere among these bytes.</summary>
    public bool AreIn(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Piece)
        {
            return false;
        }

        var sum = SumOf(bytes[..Piece]);
        for (var next = Piece; ; next++)
        {
            if (_sums[sum >> 48] && IsPiece(sum, bytes.Slice(next - Piece, Piece)))
            {
                return true;
            }

            if (next == bytes.Length)
            {
                return false;
            }

            sum = unchecked((sum * Factor) + bytes[next] - s_leaving[bytes[next - Piece]]);
        }
    }

    private bool IsPiece(ulong sum, ReadOnlySpan<byte> bytes)
    {
        if (!_digests.Contains(sum))
        {
            return false;
        }

        var digest = SHA256.HashData(bytes);
        return _digests[sum].Any(known => known.AsSpan().SequenceEqual(digest));
    }

    private static ulong SumOf(ReadOnlySpan<byte> piece)
    {
        ulong sum = 0;
        foreach (var value in piece)
        {
            sum = unchecked((sum * Factor) + value);
        }

        return sum;
    }

    private static ulong Power(ulong factor, int exponent) =>
        Enumerable.Repeat(factor, exponent).Aggregate(1UL, (product, each) => unchecked(product * each));

    private static IEnumerable<byte[]> Pieces(byte[] secret) =>
        Enumerable.Range(0, secret.Length / Stride).Select(index => secret.AsSpan(index * Stride, Piece).ToArray());
}
