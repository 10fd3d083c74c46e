using System.IO.Compression;
using System.Security.Cryptography;

namespace KeyBroker.Storage;

/// <summary>A byte string that is stored once, under the SHA-256 of it.</summary>
internal sealed class Content
{
    private const long MaxSize = 64 << 20;

    private readonly Lazy<byte[]> _deflated;

    public Content(byte[] bytes)
    {
        (Size, Digest) = (bytes.Length, DigestOf(bytes));
        _deflated = new Lazy<byte[]>(() => Deflate(bytes));
    }

    /// <summary>Lower-case hex.</summary>
    public string Digest { get; }

    public int Size { get; }

    public byte[] Deflated => _deflated.Value;

    /// <exception cref="StoreIntegrityException">The bytes are not those of this name.</exception>
    public static byte[] Inflate(byte[] deflated, long size, string digest)
    {
        if (size is < 0 or > MaxSize)
        {
            throw Changed(digest, null);
        }

        var bytes = new byte[size];
        try
        {
            using var stream = new DeflateStream(new MemoryStream(deflated), CompressionMode.Decompress);
            stream.ReadExactly(bytes);
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException)
        {
            throw Changed(digest, failure);
        }

        return DigestOf(bytes) == digest ? bytes : throw Changed(digest, null);
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var deflated = new MemoryStream();
        using (var stream = new DeflateStream(deflated, CompressionLevel.Optimal))
        {
            stream.Write(bytes);
        }

        return deflated.ToArray();
    }

    private static string DigestOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static StoreIntegrityException Changed(string digest, Exception? cause) =>
        new($"the content {digest} was changed outside the broker", cause);
}
