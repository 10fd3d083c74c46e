using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>A broker that relies on one verifier for passports, and lets its callers use web/*.</summary>
public sealed class VerifyingBroker : IAsyncLifetime
{
    private RunningBroker? _broker;

    public FakeVerifier Verifier { get; } = new();

    public RunningBroker Broker => _broker!;

    public async ValueTask InitializeAsync()
    {
        _broker = await RunningBroker.StartAsync(Verifier.Settings("pass", "ear", "SubjectClaim=sub"));
        await AllowAsync(_broker, "vouched", "verifiers: [pass]", "[ { verifier: pass, status: affirming } ]");
    }

    /// <summary>Brings a policy into force that names results.</summary>
    public static async Task AllowAsync(RunningBroker broker, string name, string machines, string results, string rest = "")
    {
        await File.WriteAllTextAsync(Path.Combine(broker.Policies, name + ".yaml"), Policy(name, machines, results, rest));
        await broker.AdministerAsync("policies/reload");
    }

    public static string Policy(string name, string machines, string results, string rest = "") => $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: {{name}} }
        spec:
          machines: { {{machines}} }
          results: {{results}}
          {{rest}}
          grants:
            - { keys: ["web/*"], allow: [create, read, sign] }
            - { secrets: ["web/*"], allow: [seal, read, release] }
        """;

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        Verifier.Dispose();
    }
}
