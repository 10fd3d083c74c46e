using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

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
