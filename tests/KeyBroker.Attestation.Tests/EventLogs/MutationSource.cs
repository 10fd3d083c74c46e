using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KeyBroker.Attestation.Tests.EventLogs;

/// <summary>Changes bytes at random, the same way in every run, so that what it finds can be found again.</summary>
internal sealed class MutationSource(int seed)
{
    private static readonly uint[] s_interesting = [0, 1, 2, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, 0xFFFF_FFFF];

    private readonly byte[] _key = SHA256.HashData(BitPattern(seed));
    private int _counter;

    public byte[] Mutate(byte[] original)
    {
        var bytes = original.ToArray();
        for (var changes = 1 + Next(3); changes > 0; changes--)
        {
            bytes = Change(bytes);
        }

        return bytes;
    }

    private byte[] Change(byte[] bytes)
    {
        var at = Next(Math.Max(bytes.Length - 4, 1));
        switch (Next(5))
        {
            case 0:
                bytes[at] ^= (byte)(1 << Next(8));
                return bytes;
            case 1 when at + 4 <= bytes.Length:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), s_interesting[Next(s_interesting.Length)]);
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. bytes[Math.Min(at + 1 + Next(64), bytes.Length)..]];
            default:
                var end = Math.Min(at + 1 + Next(256), bytes.Length);
                return [.. bytes[..end], .. bytes[at..end], .. bytes[end..]];
        }
    }

    private int Next(int below)
    {
        var hash = HMACSHA256.HashData(_key, BitPattern(_counter++));
        return (int)(BinaryPrimitives.ReadUInt32LittleEndian(hash) % (uint)below);
    }

    private static byte[] BitPattern(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
