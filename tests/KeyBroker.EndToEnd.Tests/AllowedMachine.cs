using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>One broker and one web server it lets in, for all tests of a class.</summary>
public sealed class AllowedMachine : IAsyncLifetime
{
    private BrokerProcess? _broker;
    private Workload? _machine;

    internal BrokerProcess Broker => _broker!;

    internal Workload Machine => _machine!;

    public async ValueTask InitializeAsync()
    {
        _broker = await BrokerProcess.StartAsync();
        _machine = await Workload.AllowedAsync(_broker);
    }

    public async ValueTask DisposeAsync()
    {
        await _machine!.DisposeAsync();
        await _broker!.DisposeAsync();
    }
}
