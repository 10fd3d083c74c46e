using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.TpmAccess;

/// <summary>What it takes to be tied to a child process, and to end a process without ever hitting another: system calls.</summary>
internal static partial class ChildProcess
{
    private const int UnixFamily = 1;           // AF_UNIX
    private const int StreamKind = 1;           // SOCK_STREAM
    private const int CloseOnExec = 0x80000;    // SOCK_CLOEXEC
    private const int SetDescriptorFlags = 2;   // F_SETFD
    private const int KillSignal = 9;           // SIGKILL
    private const short Readable = 1;           // POLLIN
    private const long OpenProcess = 434;       // SYS_pidfd_open, the same on every architecture
    private const long SignalProcess = 424;     // SYS_pidfd_send_signal

    /// <summary>Two ends of one connection: ours, and one that a child can inherit once it is let through.</summary>
    public static (Socket Ours, SafeFileHandle Childs) NewConnection()
    {
        var ends = new int[2];
        Require(MakeSocketPair(UnixFamily, StreamKind | CloseOnExec, 0, ends) == 0);
        return (new Socket(new SafeSocketHandle(ends[0], ownsHandle: true)), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>The child that is started next inherits this; close it right after.</summary>
    public static void LetThrough(SafeFileHandle handle) => Require(SetFlags(handle, SetDescriptorFlags, 0) == 0);

    /// <summary>Holds on to a process, so that its number cannot come to mean another; null if there is none.</summary>
    public static SafeFileHandle? Find(int id)
    {
        var descriptor = Call(OpenProcess, id, 0, 0, 0);
        return descriptor >= 0 ? new SafeFileHandle((nint)descriptor, ownsHandle: true) : null;
    }

    /// <summary>SIGKILL, and the wait for the end.</summary>
    /// <returns>Whether it has ended.</returns>
    public static bool Kill(SafeFileHandle process, TimeSpan patience)
    {
        var descriptor = (int)process.DangerousGetHandle();
        _ = Call(SignalProcess, descriptor, KillSignal, 0, 0);
        var entry = new PollEntry { Descriptor = descriptor, Events = Readable };
        return Poll(ref entry, 1, (int)patience.TotalMilliseconds) == 1;
    }

    private static void Require(bool done)
    {
        if (!done)
        {
            throw new IOException($"no connection for a child process: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakeSocketPair(int family, int kind, int protocol, int[] ends);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetFlags(SafeFileHandle handle, int command, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial long Call(long number, long first, long second, long third, long fourth);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(ref PollEntry entry, nuint count, int milliseconds);

    /// <summary>struct pollfd.</summary>
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
