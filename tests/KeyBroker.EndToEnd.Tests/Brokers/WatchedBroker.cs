using System.Text.RegularExpressions;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>A broker on a TPM of its own behind a proxy that notes what it is sent, a machine that it lets in, and a file that requires it.</summary>
public sealed class WatchedBroker : IAsyncLifetime
{
    private RecordingProxy? _proxy;
    private Swtpm? _tpm;
    private BrokerProcess? _broker;
    private Workload? _machine;

    internal RecordingProxy Proxy => _proxy!;

    internal Swtpm Tpm => _tpm!;

    internal BrokerProcess Broker => _broker!;

    internal Workload Machine => _machine!;

    /// <summary>Of kind Broker, as <c>keybroker broker pin</c> wrote it at the start.</summary>
    internal string Required => Path.Combine(Machine.State, "broker.yaml");

    public async ValueTask InitializeAsync()
    {
        _proxy = RecordingProxy.Start();
        _tpm = await Swtpm.StartAsync();
        using (var tpm = _tpm.Open())
        {
            tpm.Execute(Tpm2.Extend(4, "the broker's kernel"));
        }

        _broker = await BrokerProcess.StartAsync($"--KeyBroker:Tpm={_tpm.Tcti}", $"--KeyBroker:Issuer={_proxy.Url}", "--KeyBroker:RateLimits:BrokerAttestationsPerMinute=100000");
        _proxy.Target = _broker.Url;
        _machine = await Workload.AllowedAsync(_broker);
        await DoAsync("broker", "pin", "--out", Required, "--name", "pinned");
        _proxy.TakeSeen();
    }

    public async ValueTask DisposeAsync()
    {
        await _machine!.DisposeAsync();
        await _broker!.DisposeAsync();
        await _tpm!.DisposeAsync();
        await _proxy!.DisposeAsync();
    }

    /// <summary>Runs our command through the proxy.</summary>
    internal Task<Ran> RunAsync(params string[] arguments) => new CommandRun().RunAsync(
        [.. arguments, "--broker", Proxy.Url, "--tpm", Machine.Tpm.Tcti, "--state", Machine.State, "--socket", Broker.AdminSocket]);

    internal async Task<string> DoAsync(params string[] arguments)
    {
        var ran = await RunAsync(arguments);
        Assert.True(ran.ExitCode == 0, $"{string.Join(' ', arguments)}: {ran.ExitCode} {ran.Error}\n{Broker.Said}");
        return ran.Text;
    }

    /// <summary>Writes the file anew with what matches replaced.</summary>
    internal async Task<string> RequireOtherwiseAsync(string from, string to)
    {
        var text = await File.ReadAllTextAsync(Required);
        var edited = Regex.Replace(text, from, to);
        Assert.NotEqual(text, edited);
        var path = Path.Combine(Machine.State, "otherwise.yaml");
        await File.WriteAllTextAsync(path, edited);
        return path;
    }
}
