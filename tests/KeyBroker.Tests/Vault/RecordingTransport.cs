using System.Collections.Concurrent;

using KeyBroker.Tpm.Transports;

namespace KeyBroker.Tests.Vault;

/// <summary>Keeps every byte that travels between broker and TPM, and may spoil it.</summary>
internal sealed class RecordingTransport(
    ITpmTransport inner, ConcurrentQueue<byte[]> seen, Func<byte[], byte[]>? spoil = null) : ITpmTransport
{
    public bool IsResourceManaged => inner.IsResourceManaged;

    public byte[] Transceive(ReadOnlySpan<byte> command)
    {
        seen.Enqueue(command.ToArray());
        var response = inner.Transceive(command);
        seen.Enqueue(response.ToArray()); // The reader of the response wipes it.
        return spoil is null ? response : spoil(response.ToArray());
    }

    public void Dispose() => inner.Dispose();
}
