using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace KeyBroker.Vault;

/// <summary>AES-256-GCM with a random nonce in front and the tag behind.</summary>
internal static class GcmBox
{
    public const int NonceLength = 12;
    public const int TagLength = 16;
    public const int Overhead = NonceLength + TagLength;

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> context)
    {
        var box = new byte[plaintext.Length + Overhead];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(box.AsSpan(0, NonceLength), plaintext, box.AsSpan(NonceLength, plaintext.Length),
            box.AsSpan(NonceLength + plaintext.Length), context);
        return box;
    }

    /// <summary>Null where key, tag, nonce or context do not fit.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> context)
    {
        if (box.Length < Overhead)
        {
            return null;
        }

        var plaintext = new byte[box.Length - Overhead];
        return TryOpen(key, box, context, plaintext) ? plaintext : null;
    }

    /// <summary>Opens straight into the caller's memory, for plaintext that must not leave a copy on the heap.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> context, Span<byte> plaintext)
    {
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(box[..NonceLength], box[NonceLength..^TagLength], box[^TagLength..], plaintext, context);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>What a box is bound to: every part with its length, so that no two contexts spell the same bytes.</summary>
    public static byte[] Context(string label, string subject, int version, ReadOnlySpan<byte> callers)
    {
        var labelBytes = Encoding.UTF8.GetBytes(label);
        var subjectBytes = Encoding.UTF8.GetBytes(subject);
        var context = new byte[12 + labelBytes.Length + subjectBytes.Length + callers.Length];
        var rest = Append(context, labelBytes);
        rest = Append(rest, subjectBytes);
        BinaryPrimitives.WriteInt32BigEndian(rest, version);
        callers.CopyTo(rest[sizeof(int)..]);
        return context;
    }

    private static Span<byte> Append(Span<byte> target, ReadOnlySpan<byte> part)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, part.Length);
        part.CopyTo(target[sizeof(int)..]);
        return target[(sizeof(int) + part.Length)..];
    }
}
