using System.Text.Json.Nodes;
using KeyBroker.Cli;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>admin keys: the whole life of a key by our command, and what it asks before it ends one.</summary>
public sealed class AdminKeyTests
{
    private const string Key = "web/lived";

    [Fact]
    public async Task A_key_lives_and_ends_by_the_command_line()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        Assert.Contains("created", await machine.DoAsync("admin", "keys", "create", Key, "--type", "aes-256", "--label", "team=web"));
        var ciphertext = (await machine.DoAsync("key", "encrypt", Key, "--value", "the plan")).Trim();

        await machine.DoAsync("admin", "key", "rotate", Key, "--later");
        Assert.Equal(["active", "pre-active"], await StatesAsync(machine));
        await machine.DoAsync("admin", "keys", "activate", Key);
        Assert.Equal("the plan", await machine.DoAsync("key", "decrypt", Key, "--value", ciphertext));
        await machine.DoAsync("admin", "keys", "set", Key, "--min-decrypt-version", "2", "--rotate-every", "90d", "--rotate-after", "1000");
        Assert.Contains("every 90d, after 1000 encryptions", await machine.DoAsync("admin", "keys", "show", Key));
        var refused = await machine.RunAsync("key", "decrypt", Key, "--value", ciphertext);
        Assert.Equal(ExitCode.Denied, refused.ExitCode);
        Assert.Contains("minDecryptVersion", refused.Error);

        await machine.DoAsync("admin", "keys", "suspend", Key);
        Assert.Contains("key-state", (await machine.RunAsync("key", "encrypt", Key, "--value", "x")).Error);
        await machine.DoAsync("admin", "keys", "resume", Key);
        await machine.DoAsync("admin", "keys", "deactivate", Key);
        await machine.DoAsync("admin", "keys", "revoke", Key, "--reason", "key-compromise", "--compromise-date", "2026-01-01T00:00:00Z", "--yes");
        Assert.Equal(["compromised", "compromised"], await StatesAsync(machine));

        await machine.DoAsync("admin", "keys", "hold", Key, "--reason", "case 7");
        Assert.Contains("legal hold", (await machine.RunAsync("admin", "keys", "destroy", Key, "--yes")).Error);
        await machine.DoAsync("admin", "keys", "unhold", Key);
        Assert.Contains("backups made before", await machine.DoAsync("admin", "keys", "destroy", Key, "--after", "7d", "--yes"));
        Assert.Equal(["pending-deletion", "pending-deletion"], await StatesAsync(machine));
        await machine.DoAsync("admin", "keys", "cancel", Key);
        Assert.Contains("suspended", await machine.DoAsync("admin", "keys", "show", Key));
    }

    [Fact]
    public async Task What_is_made_is_made_once_and_what_is_changed_is_what_was_seen() // CLI-36
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        string[] create = ["admin", "keys", "create", Key, "--type", "aes-256", "--idempotency-key", "one", "--output", "json"];
        await IsTheSameAsync(create);
        Assert.Contains("idempotency-conflict", (await machine.RunAsync([.. create[..^2], "--label", "team=web"])).Error);
        string[] rotate = ["admin", "keys", "rotate", Key, "--idempotency-key", "two", "--output", "json"];
        await IsTheSameAsync(rotate);
        Assert.Equal(2, (await StatesAsync(machine)).Count());

        var tag = ((string)JsonNode.Parse(await machine.DoAsync("admin", "keys", "show", Key, "--output", "json"))!["etag"]!).Trim('"');
        Assert.Contains(tag, await machine.DoAsync("key", "show", Key));
        await machine.DoAsync("admin", "keys", "suspend", Key, "--if-match", tag);
        Assert.Contains("key-state", (await machine.RunAsync("admin", "keys", "resume", Key, "--if-match", tag)).Error);
        await machine.DoAsync("admin", "keys", "resume", Key, "--if-match", "*");
        Assert.Contains("key-state", (await machine.RunAsync("key", "rotate", Key, "--if-match", tag)).Error);
        Assert.Equal(ExitCode.Usage, (await machine.RunAsync("key", "rotate", Key, "--if-match", "latest")).ExitCode);

        var lines = Path.Combine(broker.NewFolder("lines"), "lines");
        await File.WriteAllTextAsync(lines, "{}\n{\"bytes\":64}\n", TestContext.Current.CancellationToken);
        var made = (await machine.DoAsync("key", "data-key", Key, "--batch", lines)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([43, 86], made.Select(line => ((string)JsonNode.Parse(line)!["result"]!["key"]!).Length));

        async Task IsTheSameAsync(string[] command) => Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(await machine.DoAsync(command)), JsonNode.Parse(await machine.DoAsync(command))));
    }

    [Fact]
    public async Task What_is_named_is_set_and_what_is_not_stays() // CLI-42
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("admin", "keys", "create", Key, "--type", "aes-256", "--label", "team=web");
        string[] set = ["admin", "keys", "set", Key];
        await machine.DoAsync([.. set, "--rotate-after", "1000"]);
        Assert.Contains("every 90d, after 1000 encryptions", await machine.DoAsync([.. set, "--rotate-every", "90d"]));
        var labelled = await machine.DoAsync([.. set, "--label", "tier=1"]);
        Assert.Contains("tier=1", labelled);
        Assert.Contains("team=web", labelled);
        Assert.Contains("every 90d, after 1000 encryptions", labelled);
        Assert.DoesNotContain("team=web", await machine.DoAsync([.. set, "--no-label", "team"]));
        var alone = await machine.DoAsync([.. set, "--no-rotation", "--rotate-after", "2000"]);
        Assert.Contains("after 2000 encryptions", alone);
        Assert.DoesNotContain("every 90d", alone);
        Assert.DoesNotContain("encryptions", await machine.DoAsync([.. set, "--no-rotation"]));

        var tag = ((string)JsonNode.Parse(await machine.DoAsync("admin", "keys", "show", Key, "--output", "json"))!["etag"]!).Trim('"');
        await machine.DoAsync([.. set, "--label", "tier=2", "--if-match", tag]);
        Assert.Contains("key-state", (await machine.RunAsync([.. set, "--label", "tier=3", "--if-match", tag])).Error);

        await machine.DoAsync("secret", "put", "web/set", "--value", "v", "--label", "a=1");
        await machine.DoAsync("admin", "secrets", "set", "web/set", "--label", "b=2");
        Assert.Contains("a=1 b=2", await machine.DoAsync("admin", "secrets", "show", "web/set"));
        Assert.Contains("labels: b=2", await machine.DoAsync("admin", "secrets", "set", "web/set", "--no-label", "a"));
    }

    [Fact]
    public async Task Nothing_ends_without_a_word_and_nothing_is_set_by_saying_nothing()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("admin", "keys", "create", Key);
        foreach (var verb in new string[][] { ["destroy", Key], ["revoke", Key, "--reason", "superseded"], ["set", Key] })
        {
            Assert.Equal(ExitCode.Usage, (await machine.RunAsync(["admin", "keys", .. verb])).ExitCode);
        }

        Assert.Equal(["active"], await StatesAsync(machine));
        await machine.DoAsync("admin", "keys", "set", Key, "--protect");
        await machine.DoAsync("admin", "keys", "suspend", Key);
        Assert.Equal(ExitCode.Denied, (await machine.RunAsync("admin", "keys", "destroy", Key, "--yes")).ExitCode);
    }

    private static async Task<IEnumerable<string>> StatesAsync(Workload machine) =>
        JsonNode.Parse(await machine.DoAsync("admin", "keys", "show", Key, "--output", "json"))!["versions"]!.AsArray()
            .Select(version => (string)version!["state"]!);
}
