using System.Buffers.Binary;

namespace KeyBroker.Tpm.Transports;

/// <summary>What a transport needs to know of a response: its header (TPM 2.0 Part 1, 18.6).</summary>
internal static class ResponseFrame
{
    public const int HeaderSize = 10;

    /// <summary>The most bytes taken for one response.</summary>
    public const int MaxSize = 8192;

    /// <exception cref="IOException">The header claims a size no response has.</exception>
    public static int SizeOf(ReadOnlySpan<byte> header)
    {
        var size = BinaryPrimitives.ReadUInt32BigEndian(header[2..]);
        return size is >= HeaderSize and <= MaxSize
            ? (int)size
            : throw new IOException($"the TPM announced a response of {size} bytes");
    }

    public static TpmResponseCode CodeOf(ReadOnlySpan<byte> response) =>
        response.Length < HeaderSize
            ? throw new IOException("the TPM answered less than a header")
            : new TpmResponseCode(BinaryPrimitives.ReadUInt32BigEndian(response[6..]));
}
