namespace KeyBroker.Tpm.Transports;

/// <summary>Lets things go wrong on purpose, as a plan says: for tests of what is built on top.</summary>
/// <param name="plan">Given each command: the fault to happen to it, or null for none.</param>
public sealed class FaultInjectingTransport(
    ITpmTransport inner, Func<ReadOnlyMemory<byte>, TransportFault?> plan) : ITpmTransport
{
    private bool _isBroken;

    public bool IsResourceManaged => inner.IsResourceManaged;

    public byte[] Transceive(ReadOnlySpan<byte> command)
    {
        if (_isBroken)
        {
            throw TransportFault.Lost();
        }

        var sent = command.ToArray();
        if (plan(sent) is not { } fault)
        {
            return inner.Transceive(command);
        }

        _isBroken = fault.IsBreaking;
        return fault.Happen(() => inner.Transceive(sent));
    }

    public void Dispose() => inner.Dispose();
}
