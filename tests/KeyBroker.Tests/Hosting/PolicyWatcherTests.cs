using System.Diagnostics;
using KeyBroker.Audit;
using KeyBroker.Configuration;
using KeyBroker.Hosting;
using KeyBroker.Tests.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KeyBroker.Tests.Hosting;

/// <summary>An edit is seen whenever it is made.</summary>
public sealed class PolicyWatcherTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-policies-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_edit_between_the_load_and_the_watch_comes_into_force()
    {
        Write("11");
        var policies = new PoliciesInForce(Settings());
        var before = policies.Current.Digest;
        Write("22");

        await using var store = new TemporaryDatabase();
        using var reload = new PolicyReload(policies, new AuditLog(store.Database, TimeProvider.System), NullLogger<PolicyReload>.Instance);
        using var watcher = new PolicyWatcher(policies, reload, TimeProvider.System, NullLogger<PolicyWatcher>.Instance);
        await watcher.StartAsync(TestContext.Current.CancellationToken);
        var started = Stopwatch.GetTimestamp();
        while (policies.Current.Digest == before)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "the edit was not seen");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await watcher.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, store.Count("audit"));
    }

    private BrokerSettings Settings() => BrokerSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection([KeyValuePair.Create<string, string?>("KeyBroker:PolicyDirectory", _folder.FullName)]).Build());

    private void Write(string value) => File.WriteAllText(
        Path.Combine(_folder.FullName, "web-tier.yaml"),
        $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: web-tier }
        spec:
          machines: { labels: { role: web } }
          pcrs:
            require:
              - { pcr: 7, anyOf: [ { value: "{{string.Concat(Enumerable.Repeat(value, 32))}}", label: "known good" } ] }
          grants:
            - { keys: ["web/*"], allow: [read] }
        """);
}
