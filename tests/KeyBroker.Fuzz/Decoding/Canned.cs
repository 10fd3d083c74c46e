using KeyBroker.Tpm.Transports;

namespace KeyBroker.Fuzz.Decoding;

/// <summary>Answers one command after the other, whatever they are, and the last answer again and again.</summary>
internal sealed class Canned(params byte[][] responses) : ITpmTransport
{
    private int _given;

    public bool IsResourceManaged => false;

    public byte[] Transceive(ReadOnlySpan<byte> command) => [.. responses[Math.Min(_given++, responses.Length - 1)]];

    public void Dispose()
    {
        // Nothing is held.
    }
}
