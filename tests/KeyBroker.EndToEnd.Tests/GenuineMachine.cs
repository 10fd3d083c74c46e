using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>A broker that trusts one maker of TPMs, and a machine with a TPM of that maker.</summary>
public sealed class GenuineMachine : IAsyncLifetime
{
    private readonly SwtpmMaker _maker = new();
    private BrokerProcess? _broker;
    private Swtpm? _tpm;

    internal SwtpmMaker Maker => _maker;

    internal BrokerProcess Broker => _broker!;

    internal string DenyList => Path.Combine(_maker.Roots, "..", "denied");

    public async ValueTask InitializeAsync()
    {
        _tpm = await Swtpm.StartAsync(await _maker.MakeAsync());
        await File.WriteAllTextAsync(DenyList, "");
        _broker = await BrokerProcess.StartAsync($"--KeyBroker:EndorsementRoots={_maker.Roots}", $"--KeyBroker:EndorsementDenyList={DenyList}");
    }

    public async ValueTask DisposeAsync()
    {
        await _broker!.DisposeAsync();
        await _tpm!.DisposeAsync();
        _maker.Dispose();
    }

    /// <summary>The machine under a name of its own: each kind of endorsement key is a machine of its own to the broker.</summary>
    internal Workload As(string name) => new(Broker, _tpm!, Broker.NewFolder(name));
}
