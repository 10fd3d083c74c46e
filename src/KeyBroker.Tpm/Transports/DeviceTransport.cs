using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Tpm.Transports;

/// <summary>
/// A TPM character device of the kernel: one write is one command, then its response is read, in one piece or several.
/// Not blocking, so that the kernel takes the command and its answer is awaited here, no longer than the command's class allows.
/// </summary>
public sealed class DeviceTransport : ITpmTransport
{
    private const string ResourceManager = "tpmrm";

    private readonly SafeFileHandle _device;
    private readonly TimeProvider _clock;
    private readonly CommandPatience _patience;
    private readonly byte[] _buffer = new byte[ResponseFrame.MaxSize];
    private bool _broken;

    private DeviceTransport(SafeFileHandle device, bool isResourceManaged, TimeProvider clock, CommandPatience patience) =>
        (_device, IsResourceManaged, _clock, _patience) = (device, isResourceManaged, clock, patience);

    public bool IsResourceManaged { get; }

    /// <exception cref="IOException">There is no such device, or it may not be opened.</exception>
    public static DeviceTransport Open(string path, TimeProvider clock, CommandPatience patience) =>
        new(DeviceFile.Open(path), IsManaged(path), clock, patience);

    public byte[] Transceive(ReadOnlySpan<byte> command)
    {
        if (_broken)
        {
            throw new IOException("the connection to the TPM was lost before");
        }

        // A response that was not read whole would be taken for the next one, or refuse the next command as busy.
        _broken = true;
        var deadline = new Deadline(_clock, _patience.For(command));
        Write(command);
        var response = ReadWhole(deadline);
        _broken = false;
        return response;
    }

    public void Dispose() => _device.Dispose();

    /// <summary>By its name, or by that of anything it is a link to.</summary>
    private static bool IsManaged(string path)
    {
        for (FileSystemInfo? file = new FileInfo(path); file is not null; file = file.ResolveLinkTarget(returnFinalTarget: false))
        {
            if (file.Name.StartsWith(ResourceManager, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private void Write(ReadOnlySpan<byte> command)
    {
        int written;
        do
        {
            written = DeviceFile.Write(_device, command);
        }
        while (written < 0 && Marshal.GetLastPInvokeError() == DeviceFile.Interrupted);

        if (written != command.Length)
        {
            throw written >= 0
                ? new IOException("the TPM device took half a command")
                : Marshal.GetLastPInvokeError() == DeviceFile.Busy
                    ? new IOException("the TPM device is busy with an earlier command")
                    : Failed();
        }
    }

    private byte[] ReadWhole(Deadline deadline)
    {
        var length = 0;
        try
        {
            while (length < ResponseFrame.HeaderSize || length < ResponseFrame.SizeOf(_buffer))
            {
                length += ReadSome(_buffer.AsSpan(length), deadline);
            }

            return length == ResponseFrame.SizeOf(_buffer)
                ? _buffer[..length]
                : throw new IOException("the TPM device answered more than a response");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_buffer.AsSpan(0, length));
        }
    }

    private int ReadSome(Span<byte> buffer, Deadline deadline)
    {
        while (true)
        {
            // Comes back at once where the kernel is too old to poll: there the write has waited for the TPM.
            var ready = DeviceFile.AwaitReadable(_device, deadline.RemainingMilliseconds());
            var read = ready > 0 ? DeviceFile.Read(_device, buffer) : ready - 1;
            if (read > 0)
            {
                return read;
            }

            if (read == 0)
            {
                throw new IOException("the TPM device has no response, or half of one");
            }

            if (ready != 0 && Marshal.GetLastPInvokeError() is not (DeviceFile.Interrupted or DeviceFile.NothingYet))
            {
                throw Failed();
            }
        }
    }

    private static IOException Failed() => new($"the TPM device failed: {Marshal.GetLastPInvokeErrorMessage()}");
}
