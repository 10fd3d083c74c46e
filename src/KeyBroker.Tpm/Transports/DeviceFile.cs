using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Tpm.Transports;

/// <summary>The system calls a character device needs and FileStream does not make: one each, and none that waits.</summary>
internal static partial class DeviceFile
{
    public const int Interrupted = 4;        // EINTR
    public const int NothingYet = 11;        // EAGAIN
    public const int NotAllowed = 13;        // EACCES
    public const int Busy = 16;              // EBUSY

    private const int ReadWrite = 0x2;       // O_RDWR
    private const int NoTerminal = 0x100;    // O_NOCTTY
    private const int NonBlocking = 0x800;   // O_NONBLOCK
    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const short Readable = 0x1;      // POLLIN

    /// <summary>Opens without waiting, and without a lock: a resource-managed device is there for many.</summary>
    public static SafeFileHandle Open(string path)
    {
        var descriptor = OpenFile(path, ReadWrite | NoTerminal | NonBlocking | CloseOnExec);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException(Marshal.GetLastPInvokeError() switch
            {
                Busy => $"another process holds {path}: use /dev/tpmrm0, which is shared",
                NotAllowed => $"{path} may not be opened: join the group that owns it",
                _ => $"{path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}",
            });
    }

    /// <summary>Negative on an error, whose number is then the last of the thread.</summary>
    public static int Write(SafeFileHandle file, ReadOnlySpan<byte> bytes) =>
        (int)WriteFile(file, bytes, (nuint)bytes.Length);

    /// <inheritdoc cref="Write"/>
    public static int Read(SafeFileHandle file, Span<byte> buffer) =>
        (int)ReadFile(file, buffer, (nuint)buffer.Length);

    /// <summary>Waits until there is something to read, or the end, or the time is over: then it is zero.</summary>
    public static int AwaitReadable(SafeFileHandle file, int milliseconds)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            var wanted = new PollEntry { Descriptor = (int)file.DangerousGetHandle(), Events = Readable };
            return PollFiles(ref wanted, 1, milliseconds);
        }
        finally
        {
            if (added)
            {
                file.DangerousRelease();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint WriteFile(SafeFileHandle file, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReadFile(SafeFileHandle file, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int PollFiles(ref PollEntry entries, nuint count, int milliseconds);

    /// <summary>struct pollfd.</summary>
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
