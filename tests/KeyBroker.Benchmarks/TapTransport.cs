using System.Buffers.Binary;
using KeyBroker.Tpm.Transports;

namespace KeyBroker.Benchmarks;

/// <summary>Passes everything on, and keeps the commands while it is asked to; costs nothing otherwise.</summary>
internal sealed class TapTransport(ITpmTransport inner) : ITpmTransport
{
    private const int ResponseCode = 6; // After the tag and the size (TPM 2.0 Part 1, 18.8).

    private List<byte[]>? _kept;

    public bool IsResourceManaged => inner.IsResourceManaged;

    public byte[] Transceive(ReadOnlySpan<byte> command)
    {
        _kept?.Add(command.ToArray());
        return inner.Transceive(command);
    }

    /// <summary>Sends again what some work sent, byte for byte, and looks of each answer only whether it is a success.</summary>
    public Action Again(Action work)
    {
        var sent = Keep(work);
        return () =>
        {
            foreach (var command in sent)
            {
                Expect(inner.Transceive(command));
            }
        };
    }

    public void Dispose() => inner.Dispose();

    private List<byte[]> Keep(Action work)
    {
        var kept = _kept = [];
        work();
        _kept = null;
        return kept;
    }

    private static void Expect(ReadOnlySpan<byte> response)
    {
        if (BinaryPrimitives.ReadUInt32BigEndian(response[ResponseCode..]) != 0)
        {
            throw new InvalidOperationException("a command that succeeded was refused when it was sent again");
        }
    }
}
