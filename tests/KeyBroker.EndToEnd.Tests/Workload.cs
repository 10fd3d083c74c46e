using System.Text.Json.Nodes;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>A machine with a TPM of its own that runs our command.</summary>
internal sealed class Workload(BrokerProcess broker, Swtpm tpm, string state) : IAsyncDisposable
{
    public string State => state;

    public Swtpm Tpm => tpm;

    public static async Task<Workload> StartAsync(BrokerProcess broker, string name) =>
        new(broker, await Swtpm.StartAsync(), broker.NewFolder(name));

    /// <summary>A web server named web-1, allowed by the policy in force.</summary>
    public static async Task<Workload> AllowedAsync(BrokerProcess broker)
    {
        var machine = await StartAsync(broker, "web-1");
        await machine.BecomeWebServerAsync("web-1");
        await machine.AllowAsync(("kernel 1", await machine.RegisterAsync(4)));
        return machine;
    }

    /// <summary>Enrolled, approved with role=web, and with known registers 4 and 7.</summary>
    public async Task BecomeWebServerAsync(string name)
    {
        await DoAsync("enroll", name);
        await DoAsync("admin", "machines", "approve", name, "--label", "role=web");
        await DoAsync("pcr", "extend", "4", "--data", "kernel 1");
        await DoAsync("pcr", "extend", "7", "--data", "db");
    }

    public async Task<string> RegisterAsync(int index)
    {
        var read = await DoAsync("pcr", "read", "--pcrs", $"sha256:{index}", "--output", "json");
        return (string)JsonNode.Parse(read)!["sha256"]![$"{index}"]!;
    }

    /// <summary>Puts the measured-boot policy in force, with these labels and values for register 4.</summary>
    public async Task AllowAsync(params (string Label, string Value)[] kernels)
    {
        var values = string.Join(", ", kernels.Select(kernel => $$"""{ value: "{{kernel.Value}}", label: "{{kernel.Label}}" }"""));
        var policy = $$"""
            apiVersion: keybroker/v1
            kind: Policy
            metadata: { name: web-tier }
            spec:
              machines: { labels: { role: web }, trust: [approved] }
              pcrs:
                require:
                  - { pcr: 4, anyOf: [ {{values}} ] }
                  - { pcr: 7, anyOf: [ { value: "{{await RegisterAsync(7)}}", label: db } ] }
              grants:
                - { keys: ["web/*"], allow: [create, read, sign, verify, encrypt, decrypt, mac, mac-verify, wrap, unwrap, data-key, agree, rewrap, release, rotate] }
                - { secrets: ["web/*"], allow: [seal, read, release] }
            """;
        await File.WriteAllTextAsync(Path.Combine(broker.PolicyDirectory, "web-tier.yaml"), policy);
        await DoAsync("admin", "policies", "reload");
    }

    public async Task EditPolicyAsync(string from, string to)
    {
        var path = Path.Combine(broker.PolicyDirectory, "web-tier.yaml");
        var policy = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, policy.Replace(from, to, StringComparison.Ordinal));
        await DoAsync("admin", "policies", "reload");
    }

    /// <summary>Runs a command that has to succeed; gives what it printed.</summary>
    public async Task<string> DoAsync(params string[] arguments)
    {
        var ran = await RunAsync(arguments);
        Assert.True(ran.ExitCode == 0, $"{string.Join(' ', arguments)}: {ran.ExitCode} {ran.Error}\n{broker.Said}");
        return ran.Text;
    }

    public Task<Ran> RunAsync(params string[] arguments) => WithInputAsync("", arguments);

    public Task<Ran> WithInputAsync(string input, params string[] arguments) => new CommandRun { Input = input }.RunAsync(
    [
        .. arguments, "--broker", broker.Url, "--tpm", tpm.Tcti, "--state", state, "--socket", broker.AdminSocket,
    ]);

    public ValueTask DisposeAsync() => tpm.DisposeAsync();
}
