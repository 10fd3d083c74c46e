namespace KeyBroker.Tpm.Transports;

/// <summary>A TPM character device of the kernel: one write is one command, one read its response.</summary>
public sealed class DeviceTransport : ITpmTransport
{
    private readonly FileStream _device;
    private readonly byte[] _buffer = new byte[ResponseFrame.MaxSize];

    private DeviceTransport(FileStream device) => _device = device;

    /// <exception cref="IOException">There is no such device, or it may not be opened.</exception>
    public static DeviceTransport Open(string path)
    {
        try
        {
            return new DeviceTransport(
                new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException("the TPM device may not be opened", error);
        }
    }

    public byte[] Transceive(ReadOnlySpan<byte> command)
    {
        _device.Write(command);
        var length = _device.Read(_buffer);
        var response = _buffer.AsSpan(0, length);
        if (length < ResponseFrame.HeaderSize || ResponseFrame.SizeOf(response) != length)
        {
            throw new IOException("the TPM device answered half a response");
        }

        var whole = response.ToArray();
        response.Clear();
        return whole;
    }

    public void Dispose() => _device.Dispose();
}
