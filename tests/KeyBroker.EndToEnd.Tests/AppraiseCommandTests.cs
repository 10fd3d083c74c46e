using System.Text.Json.Nodes;
using KeyBroker.Cli;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>CLI-60 to CLI-63: a relying party's nonce goes to the machine, the evidence to the broker, and the EAR is checked before it is believed.</summary>
public sealed class AppraiseCommandTests : IDisposable
{
    private const string Secret = "a-secret-of-the-relying-party";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-appraise-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Evidence_over_our_nonce_is_appraised_and_the_result_is_held_to_it()
    {
        await using var broker = await StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("appraise", "--new-nonce", "--out", In("nonce"));
        await machine.DoAsync("attest", "--nonce", In("nonce"), "--evidence", In("evidence.json"));
        await File.WriteAllTextAsync(In("keys.json"), await machine.DoAsync("receipt", "keys"), TestContext.Current.CancellationToken);

        var affirmed = JsonNode.Parse(await AppraiseAsync(machine, 0, "--signing-keys", In("keys.json"), "--out", In("ear.jwt"), "--output", "json"))!;

        Assert.Equal("affirming", (string?)affirmed["status"]);
        Assert.Equal(await TextOf("nonce"), (string?)affirmed["claims"]!["eat_nonce"]);
        Assert.Equal(await TextOf("ear.jwt"), (string?)affirmed["result"]);
        Assert.Contains("affirming", await AppraiseAsync(machine, 0), StringComparison.Ordinal);

        // The same evidence is none for another nonce, nor from another broker than was expected.
        var other = await machine.RunAsync("appraise", In("evidence.json"), "--nonce", "b3RoZXJvdGhlcg", "--client", "shop", "--secret-file", In("secret"));
        Assert.Equal(ExitCode.Denied, other.ExitCode);
        Assert.Contains("another nonce", other.Error, StringComparison.Ordinal);
        await AppraiseAsync(machine, ExitCode.Denied, "--issuer", "https://other.example");
        await AppraiseAsync(machine, 0, "--machine", (string)affirmed["machine"]!);
        await AppraiseAsync(machine, ExitCode.Denied, "--machine", "sha256-" + new string('0', 64));
        await AppraiseAsync(machine, ExitCode.Denied, "--signing-keys", In("keys.json"), "--ak", "000b" + new string('0', 64));
    }

    [Fact]
    public async Task A_bad_state_is_contraindicated_with_its_reasons_and_exit_code_1()
    {
        await using var broker = await StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("pcr", "extend", "7", "--data", "something else");
        await machine.DoAsync("appraise", "--new-nonce", "--out", In("nonce"));
        await machine.DoAsync("attest", "--nonce", In("nonce"), "--evidence", In("evidence.json"));

        var ran = await machine.RunAsync("appraise", In("evidence.json"), "--nonce", In("nonce"), "--client", "shop", "--secret-file", In("secret"));

        Assert.Equal(ExitCode.Denied, ran.ExitCode);
        Assert.Contains("contraindicated", ran.Error, StringComparison.Ordinal);
        Assert.Contains("PCR 7", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_no_client_and_what_is_no_nonce_gets_nothing()
    {
        await using var broker = await StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("attest", "--nonce", "bm9uY2Vub25jZQ", "--evidence", In("evidence.json"));
        await File.WriteAllTextAsync(In("wrong"), "another secret than that", TestContext.Current.CancellationToken);

        Refused(ExitCode.Denied, "token-invalid", await RunAsync(machine, "--client", "shop", "--secret-file", In("wrong")));
        Refused(ExitCode.Usage, "say who asks", await RunAsync(machine));
        Refused(ExitCode.Usage, "--nonce", await machine.RunAsync("appraise", In("evidence.json"), "--client", "shop", "--secret-file", In("secret")));
        Refused(ExitCode.Usage, "8 to 64 bytes", await machine.RunAsync("attest", "--nonce", "AAAA", "--evidence", In("more.json")));
        Refused(ExitCode.Usage, "go together", await machine.RunAsync("attest", "--nonce", "bm9uY2Vub25jZQ"));
        Assert.False(File.Exists(In("more.json")));
    }

    [Fact]
    public async Task A_broker_that_is_not_the_required_one_sees_neither_evidence_nor_secret()
    {
        await using var broker = await StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("attest", "--nonce", "bm9uY2Vub25jZQ", "--evidence", In("evidence.json"));
        await machine.DoAsync("broker", "pin", "--out", In("broker.yaml"));
        string[] asClient = ["--client", "shop", "--secret-file", In("secret"), "--require-broker", In("broker.yaml")];
        Assert.Equal(ExitCode.Done, (await RunAsync(machine, asClient)).ExitCode);

        var pinned = await File.ReadAllTextAsync(In("broker.yaml"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(In("broker.yaml"), pinned.Replace("000b", "000c", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Denied, (await RunAsync(machine, asClient)).ExitCode);
    }

    private static void Refused(int code, string what, Ran ran)
    {
        Assert.Equal(code, ran.ExitCode);
        Assert.Contains(what, ran.Error, StringComparison.Ordinal);
    }

    private async Task<BrokerProcess> StartAsync()
    {
        await File.WriteAllTextAsync(In("secret"), Secret + "\n", TestContext.Current.CancellationToken);
        return await BrokerProcess.StartAsync($"--KeyBroker:Clients:shop:SecretFile={In("secret")}", "--KeyBroker:Clients:shop:Allow=appraise");
    }

    private Task<Ran> RunAsync(Workload machine, params string[] more) =>
        machine.RunAsync(["appraise", In("evidence.json"), "--nonce", "bm9uY2Vub25jZQ", .. more]);

    private async Task<string> AppraiseAsync(Workload machine, int code, params string[] more)
    {
        var ran = await machine.RunAsync(["appraise", In("evidence.json"), "--nonce", In("nonce"), "--client", "shop", "--secret-file", In("secret"), .. more]);
        Assert.True(ran.ExitCode == code, $"{ran.ExitCode} {ran.Error}");
        return ran.Text;
    }

    private async Task<string> TextOf(string name) => (await File.ReadAllTextAsync(In(name), TestContext.Current.CancellationToken)).Trim();

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
