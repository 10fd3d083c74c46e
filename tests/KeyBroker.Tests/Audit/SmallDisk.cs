using System.Diagnostics;
using Xunit;

namespace KeyBroker.Tests.Audit;

/// <summary>A disk of few megabytes that can be filled to the last byte and emptied again.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-disk-");

    public SmallDisk(int megabytes)
    {
        var code = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "tmpfs", _folder.FullName);
        Assert.SkipUnless(code == 0, "only root may mount a small disk");
    }

    public string In(string name) => Path.Combine(_folder.FullName, name);

    public void Fill()
    {
        using var filler = new FileStream(In("filler"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[512];
        try
        {
            while (true)
            {
                filler.Write(block);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void MakeRoom() => File.Delete(In("filler"));

    /// <summary>Nothing on it can be written any more; nobody may have a file of it open for writing.</summary>
    public void MakeReadOnly() => Assert.Equal(0, Run("mount", "-o", "remount,ro", _folder.FullName));

    public void MakeWritable() => Assert.Equal(0, Run("mount", "-o", "remount,rw", _folder.FullName));

    public void Dispose()
    {
        _ = Run("umount", "-l", _folder.FullName);
        _folder.Delete();
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
