using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Attestation.Policies.Loading;

/// <summary>What the kernel says of a file and .NET does not: its kind, its inode, whose it is, and when it changed in any way.</summary>
/// <param name="ChangedAt">Status change time in nanoseconds: unlike the modification time nobody can set it.</param>
public readonly partial record struct FileStatus(ushort Mode, ulong Inode, long ChangedAt)
{
    private const int CurrentDirectory = -100;  // AT_FDCWD
    private const int EmptyPath = 0x1000;       // AT_EMPTY_PATH
    private const uint BasicStatistics = 0x7FF; // STATX_BASIC_STATS
    private const int Size = 256;               // struct statx
    private const int FormatMask = 0xF000;      // S_IFMT
    private const int Regular = 0x8000;         // S_IFREG
    private const int Socket = 0xC000;          // S_IFSOCK

    /// <summary>Under how many names it is.</summary>
    public uint Names { get; private init; }

    /// <summary>The user it belongs to.</summary>
    public uint Owner { get; private init; }

    public bool IsRegular => (Mode & FormatMask) == Regular;

    public bool IsSocket => (Mode & FormatMask) == Socket;

    /// <summary>The file that a path leads to, links followed.</summary>
    /// <exception cref="IOException">There is none, or it cannot be looked at.</exception>
    public static FileStatus Of(string path) => Of(CurrentDirectory, path, 0);

    /// <summary>A file that is open, wherever its name leads by now.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static FileStatus Of(SafeFileHandle open)
    {
        var status = Of((int)open.DangerousGetHandle(), "", EmptyPath);
        GC.KeepAlive(open);
        return status;
    }

    private static FileStatus Of(int directory, string path, int flags)
    {
        Span<byte> status = stackalloc byte[Size];
        status.Clear();
        byte[] name = [.. Encoding.UTF8.GetBytes(path), 0];
        return Statx(directory, name, flags, BasicStatistics, status) == 0
            ? new FileStatus(
                BinaryPrimitives.ReadUInt16LittleEndian(status[28..]), BinaryPrimitives.ReadUInt64LittleEndian(status[32..]), ChangeTime(status[96..]))
            {
                Names = BinaryPrimitives.ReadUInt32LittleEndian(status[16..]),
                Owner = BinaryPrimitives.ReadUInt32LittleEndian(status[20..]),
            }
            : throw new IOException($"{path} cannot be looked at");
    }

    private static long ChangeTime(ReadOnlySpan<byte> timestamp) => unchecked(
        (BinaryPrimitives.ReadInt64LittleEndian(timestamp) * 1_000_000_000) + BinaryPrimitives.ReadUInt32LittleEndian(timestamp[8..]));

    [LibraryImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int directory, ReadOnlySpan<byte> path, int flags, uint mask, Span<byte> status);
}
