using Codec = System.Buffers.Text.Base64Url;

namespace KeyBroker.Attestation.Evidence;

/// <summary>base64url without padding in its one canonical form: no whitespace, no padding, no stray bits.</summary>
public static class Base64Url
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Codec.EncodeToString(bytes);

    /// <exception cref="DeniedException">request-malformed: not canonical.</exception>
    public static byte[] Decode(string text, string? path = null) =>
        TryDecode(text) ?? throw DeniedException.Malformed("not canonical base64url", path);

    /// <summary>Null where the text is not canonical.</summary>
    public static byte[]? TryDecode(ReadOnlySpan<char> text)
    {
        if (!Codec.IsValid(text))
        {
            return null;
        }

        var bytes = Codec.DecodeFromChars(text);
        return Codec.EncodeToString(bytes).AsSpan().SequenceEqual(text) ? bytes : null;
    }
}
