using System.Diagnostics;

namespace KeyBroker.Testing;

/// <summary>A maker of software TPMs with an authority of its own, which certifies the endorsement keys of each: swtpm_setup and swtpm_localca.</summary>
public sealed class SwtpmMaker : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("swtpm-maker-");
    private int _made;

    private string Authority => Path.Combine(_folder.FullName, "ca");

    /// <summary>A folder with the root and the intermediate of a maker that has made a TPM.</summary>
    public string Roots => Path.Combine(_folder.FullName, "roots");

    /// <summary>Makes a TPM, with certificates of its RSA 2048 (L-1) and P-384 (H-3) endorsement keys in its memory.</summary>
    /// <returns>The folder of its state.</returns>
    public async Task<string> MakeAsync()
    {
        await ConfigureAsync();
        var state = _folder.CreateSubdirectory($"tpm-{_made++}").FullName;
        await RunAsync("swtpm_setup", "--tpm2", "--tpmstate", state, "--config", In("setup.conf"), "--create-ek-cert", "--logfile", In("log"));
        Directory.CreateDirectory(Roots);
        foreach (var certificate in new[] { "issuercert.pem", "swtpm-localca-rootca-cert.pem" })
        {
            File.Copy(Path.Combine(Authority, certificate), Path.Combine(Roots, certificate), overwrite: true);
        }

        return state;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private async Task ConfigureAsync()
    {
        Directory.CreateDirectory(Authority);
        await File.WriteAllTextAsync(In("localca.conf"), $"""
            statedir = {Authority}
            signingkey = {Authority}/signkey.pem
            issuercert = {Authority}/issuercert.pem
            certserial = {Authority}/certserial

            """);
        await File.WriteAllTextAsync(In("localca.options"), """
            --platform-manufacturer Tests
            --platform-version 1
            --platform-model Tests

            """);
        await File.WriteAllTextAsync(In("setup.conf"), $"""
            create_certs_tool = {Find("swtpm_localca")}
            create_certs_tool_config = {In("localca.conf")}
            create_certs_tool_options = {In("localca.options")}

            """);
    }

    private static string Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{program} is missing: apt-get install swtpm-tools gnutls-bin");

    private async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Find(program), arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            var log = File.Exists(In("log")) ? await File.ReadAllTextAsync(In("log")) : "";
            throw new InvalidOperationException($"{program} failed, which needs swtpm-tools and gnutls-bin: {await output}{await error}{log}");
        }
    }
}
