using System.ComponentModel;
using System.Diagnostics;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests.Packaging;

/// <summary>The systemd unit, judged by systemd's own tool.</summary>
public sealed class ServiceUnitTests
{
    private static readonly string s_unit = Repository.Path("packaging", "keybrokerd.service");

    /// <summary>[OPS-5]</summary>
    [Fact]
    public async Task The_exposure_is_at_most_two_and_a_half()
    {
        var (exitCode, said) = await AnalyzeAsync("security", "--offline=true", "--threshold=25", "--no-pager", s_unit);

        Assert.True(exitCode == 0, said);
    }

    /// <summary>[OPS-5]: systemd ignores a line it does not know, and the sandbox would have a hole.</summary>
    [Fact]
    public async Task Systemd_understands_every_line()
    {
        using var folder = new ScratchUnit(s_unit);

        var (exitCode, said) = await AnalyzeAsync("verify", "--man=no", folder.Path);

        Assert.True(exitCode == 0 && said.Length == 0, said);
    }

    private static async Task<(int ExitCode, string Said)> AnalyzeAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("systemd-analyze", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var said = await output + await errors;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, said);
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException("systemd-analyze is missing: apt-get install systemd", missing);
        }
    }

    /// <summary>The unit with a program that exists here, because nothing is installed.</summary>
    private sealed class ScratchUnit : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-");

        public ScratchUnit(string unit) =>
            File.WriteAllText(Path, File.ReadAllText(unit).Replace("/usr/lib/keybroker/keybrokerd", "/bin/true", StringComparison.Ordinal));

        public string Path => System.IO.Path.Combine(_folder.FullName, "keybrokerd.service");

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
