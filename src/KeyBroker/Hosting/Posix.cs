using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace KeyBroker.Hosting;

/// <summary>What the operating system offers and .NET does not.</summary>
internal static partial class Posix
{
    private const int SocketLevel = 1;          // SOL_SOCKET
    private const int PeerCredentials = 17;     // SO_PEERCRED

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

    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint Umask(uint mask);
}
