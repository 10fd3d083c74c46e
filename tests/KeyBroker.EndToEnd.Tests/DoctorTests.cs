using System.Text.Json.Nodes;
using KeyBroker.Cli;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>doctor: finds what is wrong, and nothing where nothing is.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task Is_content_with_a_machine_that_works()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("attest");

        var checks = await CheckAsync(machine, "--policies", broker.PolicyDirectory);

        Assert.All(checks, check => Assert.Equal((check.Key, "ok"), (check.Key, (string?)check.Value["status"])));
        Assert.Equal(
            ["configuration", "TPM", "broker", "clock", "state", "enrolment", "token", "admin socket", "policies"], checks.Keys);
        Assert.Contains("firmware", (string?)checks["TPM"]["detail"]);
        Assert.Contains("mode 0660", (string?)checks["admin socket"]["detail"]);
    }

    [Fact]
    public async Task Names_every_thing_that_is_wrong()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("attest");
        File.SetUnixFileMode(Path.Combine(machine.State, "token.json"), (UnixFileMode)0b110_100_100);
        File.SetUnixFileMode(broker.AdminSocket, (UnixFileMode)0b110_110_110);
        await File.WriteAllTextAsync(Path.Combine(broker.PolicyDirectory, "bad.yaml"), "nonsense: 1\n", TestContext.Current.CancellationToken);
        await machine.DoAsync("admin", "machines", "revoke", "web-1", "--reason", "stolen");
        await machine.Tpm.KillAsync();

        var checks = await CheckAsync(machine, "--policies", broker.PolicyDirectory);

        string[] wrong = ["TPM", "state", "token", "admin socket", "policies"];
        Assert.Equal(wrong, checks.Where(check => (string?)check.Value["status"] == "fail").Select(check => check.Key));
        Assert.All(wrong, name => Assert.NotEmpty((string)checks[name]["advice"]!));
        Assert.Contains("token.json", (string?)checks["state"]["detail"]);
        Assert.Contains("machine-inactive", (string?)checks["token"]["detail"]);
        Assert.Equal(ExitCode.Denied, (await machine.RunAsync("doctor")).ExitCode);
    }

    [Fact]
    public async Task Works_where_nothing_is_there_and_makes_nothing()
    {
        var state = Path.Combine(Path.GetTempPath(), $"kb-none-{Guid.NewGuid():N}");

        var ran = await new CommandRun().RunAsync(
            "doctor", "--state", state, "--broker", "http://127.0.0.1:1", "--tpm", "swtpm:path=/none", "--output", "json");

        Assert.Equal(ExitCode.Denied, ran.ExitCode);
        Assert.False(Directory.Exists(state));
        Assert.False((bool?)JsonNode.Parse(ran.Text)!["ok"]);
    }

    private static async Task<Dictionary<string, JsonNode>> CheckAsync(Workload machine, params string[] more)
    {
        var ran = await machine.RunAsync(["doctor", "--output", "json", .. more]);
        return JsonNode.Parse(ran.Text)!["checks"]!.AsArray().ToDictionary(check => (string)check!["check"]!, check => check!);
    }
}
