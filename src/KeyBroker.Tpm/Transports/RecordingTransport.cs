namespace KeyBroker.Tpm.Transports;

/// <summary>Shows somebody everything that goes over a transport: for tests, and for finding faults.</summary>
public sealed class RecordingTransport(ITpmTransport inner, Action<RecordedExchange> record) : ITpmTransport
{
    public bool IsResourceManaged => inner.IsResourceManaged;

    public byte[] Transceive(ReadOnlySpan<byte> command)
    {
        var sent = command.ToArray();
        byte[] received = [];
        try
        {
            received = inner.Transceive(command);
            return received;
        }
        finally
        {
            // A copy: the reader of the response wipes it.
            record(new RecordedExchange(sent, received.ToArray()));
        }
    }

    public void Dispose() => inner.Dispose();
}
