using System.Diagnostics;
using Xunit;

namespace KeyBroker.Tests.Vault;

/// <summary>The openssl command: what our side made is read by somebody else's program.</summary>
internal sealed class OpenSsl : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-openssl-");

    /// <summary>A file that later arguments name by its path.</summary>
    public string File(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(_folder.FullName, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>What it wrote to standard output; a failure fails the test with its own words.</summary>
    public static async Task<byte[]> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var output = new MemoryStream();
        var said = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardOutput.BaseStream.CopyToAsync(output, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await said);
        return output.ToArray();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
