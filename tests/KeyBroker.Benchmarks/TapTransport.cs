using KeyBroker.Tpm.Transports;

namespace KeyBroker.Benchmarks;

/// <summary>Passes everything on, and keeps the commands while it is asked to; costs nothing otherwise.</summary>
internal sealed class TapTransport(ITpmTransport inner) : ITpmTransport
{
    private List<byte[]>? _kept;

    public bool IsResourceManaged => inner.IsResourceManaged;

    public byte[] Transceive(ReadOnlySpan<byte> command)
    {
        _kept?.Add(command.ToArray());
        return inner.Transceive(command);
    }

    /// <summary>The commands that some work sends.</summary>
    public IReadOnlyList<byte[]> Keep(Action work)
    {
        var kept = _kept = [];
        work();
        _kept = null;
        return kept;
    }

    public void Dispose() => inner.Dispose();
}
