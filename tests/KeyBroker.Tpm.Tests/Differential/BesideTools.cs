using System.Diagnostics;
using KeyBroker.Testing;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Differential;

/// <summary>A test with one TPM that this library and tpm2-tools use in turn, for it serves one connection at a time.</summary>
public abstract class BesideTools : IAsyncLifetime
{
    private protected static readonly AuthorizedHandle s_owner = TpmObject.Owner.WithPassword();

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("tools-");
    private Swtpm _swtpm = null!;

    public async ValueTask InitializeAsync() => _swtpm = await Swtpm.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _swtpm.DisposeAsync();
        _scratch.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected string File(string name) => Path.Combine(_scratch.FullName, name);

    private protected string Write(string name, ReadOnlySpan<byte> bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    private protected string WriteSized(string name, ReadOnlySpan<byte> bytes)
    {
        var writer = new TpmWriter();
        writer.WriteSized(bytes);
        return Write(name, writer.Written);
    }

    private protected byte[] Read(string name) => System.IO.File.ReadAllBytes(File(name));

    /// <summary>The content of a TPM2B that a tool wrote.</summary>
    private protected byte[] ReadSized(string name)
    {
        var reader = new TpmReader(Read(name));
        var content = reader.ReadSized().ToArray();
        reader.ExpectEnd();
        return content;
    }

    private protected T Use<T>(Func<Tpm, T> use)
    {
        using var tpm = _swtpm.Open();
        return use(tpm);
    }

    /// <summary>Makes a primary key that the tools find by its handle.</summary>
    private protected CreatePrimaryResponse MakePersistent(TpmPublic template, string handle) => Use(tpm =>
    {
        var made = tpm.Execute(new CreatePrimary(s_owner, template));
        var persistent = new TpmHandle(Convert.ToUInt32(handle, 16));
        tpm.Execute(new EvictControl(s_owner, made.Object, persistent));
        tpm.Execute(new FlushContext(made.Object.Handle));
        return made with { Object = new TpmObject(persistent, made.Object.Name) };
    });

    /// <summary>Runs one of tpm2-tools, which must succeed, and takes from the TPM what it leaves there.</summary>
    private protected async Task<string> ToolAsync(string tool, params string[] arguments)
    {
        var output = await RunAsync(tool, arguments);
        if (tool is not "tpm2_startauthsession")
        {
            _ = await RunAsync("tpm2_flushcontext", ["-t"]);
        }

        return output;
    }

    private async Task<string> RunAsync(string tool, string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _scratch.FullName,
            Environment = { ["TPM2TOOLS_TCTI"] = _swtpm.Tcti, ["TSS2_LOG"] = "all+ERROR" },
        };
        try
        {
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{tool} {string.Join(' ', arguments)}: {await error}");
            return await output;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException("tpm2-tools is missing: apt-get install tpm2-tools", missing);
        }
    }
}
