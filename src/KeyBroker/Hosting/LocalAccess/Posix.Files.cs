using System.Runtime.InteropServices;
using KeyBroker.Attestation.Policies.Loading;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Hosting;

/// <summary>Files that are ours alone.</summary>
internal static partial class Posix
{
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Opens a regular file to write at its end, made where it is not there, and takes it from everybody but its owner; follows no
    /// symbolic link, and takes nobody else's file.
    /// </summary>
    /// <exception cref="IOException">It cannot be opened, or is something else.</exception>
    public static SafeFileHandle OpenToAppend(string path)
    {
        const int WriteOnly = 1;
        const int Create = 0x40;
        const int NonBlocking = 0x800; // Somebody's pipe must not hold us up.
        const int CloseOnExec = 0x80000;
        var noFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;
        var descriptor = Open(path, WriteOnly | Create | NonBlocking | CloseOnExec | noFollow, (uint)OwnersAlone);
        if (descriptor < 0)
        {
            throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            TakeAlone(path, handle);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static void TakeAlone(string path, SafeFileHandle handle)
    {
        var status = FileStatus.Of(handle);
        Require(status.IsRegular, path, "it is no regular file");
        Require(status.Owner == UserId, path, $"it belongs to user {status.Owner}");
        if (File.GetUnixFileMode(handle) != OwnersAlone)
        {
            File.SetUnixFileMode(handle, OwnersAlone);
        }
    }

    private static void Require(bool holds, string path, string otherwise)
    {
        if (!holds)
        {
            throw new IOException($"{path}: {otherwise}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags, uint mode);
}
