using KeyBroker.Attestation.Policies.Loading;
using KeyBroker.Configuration;
using KeyBroker.Hosting;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Audit;

/// <summary>Where a sink may write: L07, an audit file must not become a program, a device or part of the system.</summary>
internal static class SinkPath
{
    private const string Extension = ".jsonl";
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private static readonly string[] s_system =
        ["/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run/systemd", "/sbin", "/sys", "/usr", "/var/spool"];

    /// <exception cref="StartupException">Not there.</exception>
    public static void Check(string path)
    {
        Require(path.EndsWith(Extension, StringComparison.Ordinal), path, $"its name does not end in {Extension}");
        var folder = new FileInfo(path).Directory;
        Require(folder is { Exists: true }, path, "its folder is not there");
        var real = Posix.RealPath(folder!.FullName);
        Require(!s_system.Any(part => real == part || real.StartsWith(part + "/", StringComparison.Ordinal)), path, "its folder belongs to the system");
        Require((File.GetUnixFileMode(real) & WritableByOthers) == 0, path, "others may write its folder");
        Require(!Directory.Exists(path), path, "it is a folder");
        Require(new FileInfo(path).LinkTarget is null, path, "it is a symbolic link");
        Require(!File.Exists(path) || (File.GetUnixFileMode(path) & Executable) == 0, path, "it may be executed");
    }

    /// <summary>At start only: whoever links the file to another name later gets nothing by it, and must not stop the broker with it.</summary>
    /// <exception cref="StartupException">The file has another name, which may be one of something else.</exception>
    public static void CheckNames(string path, SafeFileHandle open)
    {
        var names = FileStatus.Of(open).Names;
        Require(names == 1, path, $"it has {names} names, remove the others");
    }

    private static void Require(bool holds, string path, string otherwise)
    {
        if (!holds)
        {
            throw new StartupException($"choose another file than {path} for the audit sink: {otherwise}");
        }
    }
}
