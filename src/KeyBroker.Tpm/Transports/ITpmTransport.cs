namespace KeyBroker.Tpm.Transports;

/// <summary>A way to one TPM: a command's bytes in, its response's bytes out. One command at a time.</summary>
public interface ITpmTransport : IDisposable
{
    /// <summary>
    /// Whether the kernel gives this connection objects and sessions of its own, and takes them away with it: then
    /// nothing of an earlier connection is left to flush, and what a capability lists may be somebody else's.
    /// </summary>
    bool IsResourceManaged { get; }

    /// <summary>Sends one whole command and returns one whole response.</summary>
    /// <exception cref="IOException">The TPM did not answer whole, or in time; the transport is then unusable.</exception>
    byte[] Transceive(ReadOnlySpan<byte> command);
}
