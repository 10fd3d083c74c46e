using System.ComponentModel;
using System.Diagnostics;
using KeyBroker.Testing;

namespace KeyBroker.Benchmarks;

/// <summary>The same commands through tpm2-tss, by a small program in C that is compiled here if it can be.</summary>
internal static class EsapiRates
{
    public static async Task PrintAsync(string tcti)
    {
        var folder = Directory.CreateTempSubdirectory("esapi-");
        var program = Path.Combine(folder.FullName, "esapi");
        var source = Repository.Path("tests", "KeyBroker.Benchmarks", "esapi.c");
        if (await RunAsync("gcc", ["-O2", "-o", program, source, "-ltss2-esys", "-ltss2-tctildr"]) == 0)
        {
            await RunAsync(program, [tcti]);
        }
        else
        {
            Console.WriteLine("tpm2-tss was not measured: it takes gcc and libtss2-dev");
        }

        folder.Delete(recursive: true);
    }

    /// <summary>The exit code; one that is not zero where there is no such program.</summary>
    private static async Task<int> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments);
        start.Environment["TSS2_LOG"] = "all+none";
        try
        {
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            return -1;
        }
    }
}
