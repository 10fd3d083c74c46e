namespace KeyBroker.Tpm.Transports;

/// <summary>A way to one TPM: a command's bytes in, its response's bytes out. One command at a time.</summary>
public interface ITpmTransport : IDisposable
{
    /// <summary>Sends one whole command and returns one whole response.</summary>
    /// <exception cref="IOException">The TPM did not answer whole, or in time; the transport is then unusable.</exception>
    byte[] Transceive(ReadOnlySpan<byte> command);
}
