using KeyBroker.Client;
using KeyBroker.Testing;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.EndToEnd.Tests.Boots;

/// <summary>A broker and one approved machine that boots as it is told.</summary>
public sealed class BootingMachine : IAsyncLifetime
{
    private BrokerProcess? _broker;
    private Workload? _machine;
    private BrokerClient? _client;

    internal BrokerClient Client => _client!;

    internal string LogFile => Path.Combine(_machine!.State, "boot.log");

    public async ValueTask InitializeAsync()
    {
        _broker = await BrokerProcess.StartAsync();
        _machine = await Workload.StartAsync(_broker, "booting");
        await _machine.DoAsync("enroll", "booting");
        await _machine.DoAsync("admin", "machines", "approve", "booting", "--label", "role=booting");
        _client = new BrokerClient(new BrokerClientOptions { Broker = new Uri(_broker.Url), StateFolder = _machine.State, Tpm = _machine.Tpm.Tcti });
    }

    public async ValueTask DisposeAsync()
    {
        _client!.Dispose();
        await _machine!.DisposeAsync();
        await _broker!.DisposeAsync();
    }

    /// <summary>Resets the TPM and extends its registers.</summary>
    public async Task BootAsync(IEnumerable<(int Pcr, byte[] Digest)> measured)
    {
        await _machine!.Tpm.ResetAsync();
        using var tpm = _machine.Tpm.Open();
        foreach (var (pcr, digest) in measured)
        {
            tpm.Execute(PcrExtend.Of(pcr, TpmAlgorithm.Sha256, digest));
        }
    }

    /// <summary>Puts a policy with this assertion in force.</summary>
    public async Task RequireAsync(string assertion)
    {
        await File.WriteAllTextAsync(Path.Combine(_broker!.PolicyDirectory, "booting.yaml"), $$"""
            apiVersion: keybroker/v1
            kind: Policy
            metadata: { name: booting }
            spec:
              machines: { labels: { role: booting }, trust: [approved] }
              eventLog: { require: [ { {{assertion}} } ] }
              grants: []
            """);
        await _machine!.DoAsync("admin", "policies", "reload");
    }
}
