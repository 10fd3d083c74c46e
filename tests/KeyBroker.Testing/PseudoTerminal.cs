using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Testing;

/// <summary>A character device made on the spot: what is written to its path is read here, and the other way round.</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 0x2;       // O_RDWR
    private const int NoTerminal = 0x100;    // O_NOCTTY
    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const int RoomForSettings = 256; // More than any struct termios.

    private readonly SafeFileHandle _kept;

    public PseudoTerminal()
    {
        var master = OpenMaster(ReadWrite | NoTerminal | CloseOnExec);
        Require(master >= 0);
        Near = new FileStream(new SafeFileHandle(master, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
        Require(Unlock(master) == 0);
        Span<byte> name = stackalloc byte[64];
        Require(NameOf(master, name, (nuint)name.Length) == 0);
        Path = System.Text.Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);

        // Kept open, or the near end would fail whenever nobody has the device open.
        _kept = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        MakeRaw((int)_kept.DangerousGetHandle());
    }

    public string Path { get; }

    public FileStream Near { get; }

    /// <summary>Who has the device open sees the end; so does the near side, once nobody has.</summary>
    public void Dispose()
    {
        _kept.Dispose();
        Near.Dispose();
    }

    /// <summary>Bytes pass as they are: no echo, no lines, no signals.</summary>
    private static void MakeRaw(int terminal)
    {
        Span<byte> settings = stackalloc byte[RoomForSettings];
        Require(GetSettings(terminal, settings) == 0);
        SetRaw(settings);
        Require(SetSettings(terminal, 0, settings) == 0);
    }

    private static void Require(bool done)
    {
        if (!done)
        {
            throw new IOException($"no pseudo terminal: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int NameOf(int master, Span<byte> name, nuint length);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetSettings(int terminal, Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void SetRaw(Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetSettings(int terminal, int when, Span<byte> settings);
}
