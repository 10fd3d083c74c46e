using System.Globalization;

using KeyBroker.Hosting;

namespace KeyBroker.TpmAccess;

/// <summary>The directory of an embedded TPM: nobody else may read it, and no process of an earlier broker works on it.</summary>
internal sealed class SwtpmState
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public SwtpmState(string stateDirectory)
    {
        Directory = System.IO.Directory.CreateDirectory(
            Path.Combine(Path.GetFullPath(stateDirectory), "tpm"), OwnerFolder).FullName;
        Protect();
    }

    public string Directory { get; }

    public string Log => Path.Combine(Directory, "swtpm.log");

    /// <summary>The child's state as it names it: relative to where it runs, because its options cannot hold every path.</summary>
    public static string Option => "dir=.,mode=0600";

    /// <summary>The last that swtpm said, for whoever has to find out why it does not start.</summary>
    public string LastWords() => File.Exists(Log) && File.ReadLines(Log).LastOrDefault(line => line.Length > 0) is { } line
        ? line
        : "it left no log";

    /// <summary>
    /// Ends what a killed broker left here: a swtpm that was stopped, say, and could not notice. Whoever calls holds the
    /// state directory, so nothing that works on it is in use.
    /// </summary>
    public void EndStale()
    {
        foreach (var process in System.IO.Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && WorksHere(process))
            {
                End(id);
            }
        }
    }

    private void End(int id)
    {
        // The number may mean another process by now: look again at the one that is held.
        using var held = ChildProcess.Find(id);
        if (held is not null && WorksHere($"/proc/{id}") && !ChildProcess.Kill(held, s_patience))
        {
            throw new TpmUnavailableException($"end the process {id}, which still works on {Directory} and does not end");
        }
    }

    private bool WorksHere(string process)
    {
        try
        {
            var command = File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0');
            return Path.GetFileName(command[0]) == "swtpm" && command.Contains(Option)
                && new FileInfo(Path.Combine(process, "cwd")).LinkTarget == Posix.RealPath(Directory);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is somebody else's.
            return false;
        }
    }

    /// <summary>swtpm makes its log and its lock readable for the group: they are there before it, and closed.</summary>
    private void Protect()
    {
        File.SetUnixFileMode(Directory, OwnerFolder);
        foreach (var name in new[] { ".lock", Log })
        {
            File.Open(Path.Combine(Directory, name), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
        }

        foreach (var file in System.IO.Directory.EnumerateFiles(Directory))
        {
            File.SetUnixFileMode(file, OwnerFile);
        }
    }
}
