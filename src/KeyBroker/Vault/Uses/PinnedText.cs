using System.Buffers.Text;

namespace KeyBroker.Vault;

/// <summary>Secret ASCII text that is written straight into pinned memory.</summary>
internal sealed class PinnedText
{
    private readonly Memory<byte> _room;
    private int _length;

    private PinnedText(Memory<byte> room) => _room = room;

    /// <param name="room">The longest that it may become.</param>
    public static SecretBytes Write(int room, Action<PinnedText> write)
    {
        PinnedText? text = null;
        using var whole = SecretBytes.Fill(room, memory => write(text = new PinnedText(memory)));
        return SecretBytes.Copy(whole.Span[..text!._length]);
    }

    /// <exception cref="ArgumentException">The room is full.</exception>
    public PinnedText Append(string ascii)
    {
        _length += System.Text.Encoding.ASCII.GetBytes(ascii, _room.Span[_length..]);
        return this;
    }

    /// <exception cref="ArgumentException">The room is full.</exception>
    public PinnedText AppendBase64Url(ReadOnlySpan<byte> bytes)
    {
        _length += Base64Url.EncodeToUtf8(bytes, _room.Span[_length..]);
        return this;
    }
}
