using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Hosting;

/// <summary>What the operating system offers and .NET does not.</summary>
internal static partial class Posix
{
    private const int SocketLevel = 1;          // SOL_SOCKET
    private const int PeerCredentials = 17;     // SO_PEERCRED
    private const int LongestPath = 4096;       // PATH_MAX

    /// <summary>Sets the file mode mask of the process and returns the one before.</summary>
    public static uint SetFileModeMask(uint mask) => Umask(mask);

    /// <summary>The user at the other end of a Unix socket, as the kernel knows it.</summary>
    public static uint PeerUserId(Socket socket)
    {
        Span<int> credentials = stackalloc int[3]; // struct ucred: pid, uid, gid
        _ = socket.GetRawSocketOption(SocketLevel, PeerCredentials, MemoryMarshal.AsBytes(credentials));
        return unchecked((uint)credentials[1]);
    }

    /// <summary>The user this process acts as.</summary>
    public static uint UserId => EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUserId();

    /// <summary>Opens a regular file to write at its end, made for its owner only where it is not there; follows no symbolic link.</summary>
    /// <exception cref="IOException">It cannot be opened, or is something else.</exception>
    public static SafeFileHandle OpenToAppend(string path)
    {
        const int WriteOnly = 1;
        const int Create = 0x40;
        const int NonBlocking = 0x800; // Somebody's pipe must not hold us up.
        const int CloseOnExec = 0x80000;
        const uint OwnerOnly = 0b110_000_000;
        var noFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;
        var descriptor = Open(path, WriteOnly | Create | NonBlocking | CloseOnExec | noFollow, OwnerOnly);
        if (descriptor < 0)
        {
            throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (File.Exists(path) && new FileInfo(path).LinkTarget is null && IsSeekable(handle))
        {
            return handle;
        }

        handle.Dispose();
        throw new IOException($"{path}: it is no regular file");
    }

    private static bool IsSeekable(SafeFileHandle handle)
    {
        using var stream = new FileStream(new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false), FileAccess.Write, bufferSize: 1);
        return stream.CanSeek;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags, uint mode);

    /// <summary>The path without any symbolic link in it, as the kernel shows it.</summary>
    /// <exception cref="IOException">There is nothing at this path.</exception>
    public static string RealPath(string path)
    {
        Span<byte> resolved = stackalloc byte[LongestPath];
        return Resolve(path, resolved) != 0
            ? Encoding.UTF8.GetString(resolved[..resolved.IndexOf((byte)0)])
            : throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Resolve(string path, Span<byte> resolved);

    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint Umask(uint mask);
}
