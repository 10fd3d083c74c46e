using System.Buffers.Binary;
using System.Diagnostics;
using KeyBroker.Telemetry;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Transports;

namespace KeyBroker.TpmAccess;

/// <summary>Times every command by its name, which stands in its header (TPM 2.0 Part 1, 18.2).</summary>
internal sealed class MeteredTransport(ITpmTransport inner) : ITpmTransport
{
    private const int CodeOffset = 6;

    public bool IsResourceManaged => inner.IsResourceManaged;

    public byte[] Transceive(ReadOnlySpan<byte> command)
    {
        if (!TpmInstruments.CommandsAreWanted)
        {
            return inner.Transceive(command);
        }

        var code = (TpmCommandCode)BinaryPrimitives.ReadUInt32BigEndian(command[CodeOffset..]);
        var started = Stopwatch.GetTimestamp();
        var response = inner.Transceive(command);
        TpmInstruments.Executed(code, Stopwatch.GetElapsedTime(started));
        return response;
    }

    public void Dispose() => inner.Dispose();
}
