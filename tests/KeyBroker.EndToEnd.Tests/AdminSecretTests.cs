using System.Text.Json.Nodes;
using KeyBroker.Cli;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>admin secrets and explain: the life of a secret by our command, and who may do what.</summary>
public sealed class AdminSecretTests
{
    private const string Secret = "web/lived";

    [Fact]
    public async Task A_secret_lives_and_ends_by_the_command_line()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("secret", "put", Secret, "--value", "one", "--label", "team=web");
        await machine.DoAsync("secret", "put", Secret, "--value", "two");
        Assert.Equal(["deactivated", "active"], await StatesAsync(machine));
        Assert.Equal("one", await machine.DoAsync("secret", "get", Secret, "--version", "1"));
        Assert.Contains(Secret, await machine.DoAsync("admin", "secrets", "list"));
        await machine.DoAsync("admin", "secret", "set", Secret, "--min-version", "2");
        Assert.Contains("minVersion", (await machine.RunAsync("secret", "get", Secret, "--version", "1")).Error);

        await machine.DoAsync("admin", "secrets", "suspend", Secret);
        Assert.Contains("key-state", (await machine.RunAsync("secret", "get", Secret)).Error);
        await machine.DoAsync("admin", "secrets", "resume", Secret);
        Assert.Equal("two", await machine.DoAsync("secret", "get", Secret));
        await machine.DoAsync("admin", "secrets", "deactivate", Secret);
        await machine.DoAsync("admin", "secrets", "revoke", Secret, "--reason", "key-compromise", "--yes");
        Assert.Equal(["compromised", "compromised"], await StatesAsync(machine));
        await machine.DoAsync("admin", "secrets", "hold", Secret, "--reason", "case 7");
        Assert.Contains("legal hold", (await machine.RunAsync("admin", "secrets", "destroy", Secret, "--yes")).Error);
        await machine.DoAsync("admin", "secrets", "unhold", Secret);
        Assert.Equal(ExitCode.Usage, (await machine.RunAsync("admin", "secrets", "destroy", Secret)).ExitCode);
        Assert.Contains("backups made before", await machine.DoAsync("admin", "secrets", "destroy", Secret, "--after", "7d", "--yes"));
        await machine.DoAsync("admin", "secrets", "cancel", Secret);
        Assert.Contains("suspended", await machine.DoAsync("admin", "secrets", "show", Secret));
    }

    [Fact]
    public async Task Explain_says_who_may_do_what_and_what_happened_last()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("secret", "put", Secret, "--generate", "32");
        await machine.DoAsync("key", "create", "web/explained");
        Assert.Contains("release", await machine.DoAsync("secret", "explain", Secret));
        Assert.Contains("sign", await machine.DoAsync("key", "explain", "web/explained"));
        await machine.DoAsync("key", "sign", "web/explained", "--message", "x");

        var key = JsonNode.Parse(await machine.DoAsync("admin", "keys", "explain", "web/explained", "--output", "json"))!;
        Assert.Equal("key.sign", (string)key["access"]!["lastUse"]!["op"]!);
        Assert.NotEmpty(key["access"]!["policies"]!.AsArray());
        var text = await machine.DoAsync("admin", "secrets", "explain", Secret);
        Assert.Contains("secret.seal", text);
        Assert.Contains("release", text);
    }

    private static async Task<string[]> StatesAsync(Workload machine)
    {
        var shown = JsonNode.Parse(await machine.DoAsync("admin", "secrets", "show", Secret, "--output", "json"))!;
        return [.. shown["versions"]!.AsArray().Select(version => (string)version!["state"]!)];
    }
}
