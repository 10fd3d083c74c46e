using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Cli;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>The policy commands that need no broker.</summary>
public sealed class PolicyCommandTests : IDisposable
{
    private static readonly string s_value = new('a', 64);

    private static readonly string s_policy = $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: web-tier }
        spec:
          machines: { labels: { role: web } }
          pcrs: { require: [ { pcr: 7, anyOf: [ { value: "{{s_value}}", label: db } ] } ] }
          grants: [ { keys: ["web/*"], allow: [sign] } ]
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-policies-");

    public PolicyCommandTests() => Write("web-tier.yaml", s_policy);

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>[CLI-17] Everything that is wrong at once, with its place and what was meant, for people and programs.</summary>
    [Fact]
    public async Task Validate_says_everything_that_is_wrong_and_where()
    {
        Write("bad.yaml", s_policy.Replace("web-tier", "bad", StringComparison.Ordinal).Replace("labels", "lables", StringComparison.Ordinal).Replace("pcr: 7", "pcr: 16", StringComparison.Ordinal));

        var ran = await RunAsync("policy", "validate", _folder.FullName);
        Assert.Equal(ExitCode.Denied, ran.ExitCode);
        Assert.Contains("bad.yaml:5:15: unknown member 'lables'", ran.Error);
        Assert.Contains("did you mean 'labels'?", ran.Error);
        Assert.Contains("bad.yaml:6:", ran.Error);

        var json = JsonNode.Parse((await RunAsync("policy", "validate", _folder.FullName, "--output", "json")).Text)!;
        Assert.False((bool)json["valid"]!);
        Assert.Equal(("labels", 5, 15), ((string?)json["errors"]![0]!["meant"], (int)json["errors"]![0]!["line"]!, (int)json["errors"]![0]!["column"]!));
    }

    /// <summary>[CLI-18] A failing case is 1, as is no case at all.</summary>
    [Fact]
    public async Task Test_tries_the_cases_and_ends_with_1_where_one_fails()
    {
        Assert.Equal(ExitCode.Denied, (await RunAsync("policy", "test", _folder.FullName)).ExitCode);

        Write("web.test.yaml", Cases("allowed"));
        var passed = await RunAsync("policy", "test", _folder.FullName);
        Assert.Equal((ExitCode.Done, true), (passed.ExitCode, passed.Text.Contains("passed\tthe good boot\tweb.test.yaml", StringComparison.Ordinal)));

        Write("web.test.yaml", Cases("denied"));
        var failed = await RunAsync("policy", "test", _folder.FullName);
        Assert.Equal(ExitCode.Denied, failed.ExitCode);
        Assert.Contains("decision: expected denied, actual allowed", failed.Error);

        Write("web.test.yaml", Cases("allowd"));
        Assert.Contains("web.test.yaml:9:", (await RunAsync("policy", "test", _folder.FullName)).Error);

        // CLI-39: nothing here is read without end.
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "zero.test.yaml"), "/dev/zero");
        Assert.Contains("is not a regular file", (await RunAsync("policy", "test", _folder.FullName)).Error);
    }

    /// <summary>[CLI-19] Without a broker, by files alone.</summary>
    [Fact]
    public async Task Explain_needs_no_broker_where_files_say_everything()
    {
        var (registers, log) = (Path.Combine(_folder.FullName, "registers.json"), Path.Combine(_folder.FullName, "boot.bin"));
        var values = BootLog.Honest().Registers().Select(register => $"\"{register.Key}\":\"{Convert.ToHexStringLower(register.Value)}\"");
        await File.WriteAllTextAsync(registers, $"{{\"sha256\":{{{string.Join(',', values)}}}}}", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(log, BootLog.Honest().ToBytes(), TestContext.Current.CancellationToken);
        string[] explain = ["policy", "explain", "--policies", _folder.FullName, "--registers", registers, "--label", "role=web"];

        var ran = await RunAsync([.. explain, "--event-log", log]);
        Assert.Equal(ExitCode.Denied, ran.ExitCode);
        Assert.Contains("not held pcr 7: expected db, actual ", ran.Text);
        Assert.Contains("EV_EFI_VARIABLE_DRIVER_CONFIG SecureBoot = 01", ran.Text);
        Assert.Contains("no events: there is no event log", (await RunAsync(explain)).Text);
        Assert.Contains("no policy selects this machine", (await RunAsync([.. explain[..^2]])).Text);
        Assert.Equal(ExitCode.Usage, (await RunAsync("policy", "explain")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await RunAsync([.. explain, "--evidence", registers])).ExitCode);
    }

    /// <summary>[CLI-20] A file that is there is not replaced unless that is said.</summary>
    [Fact]
    public async Task Record_replaces_no_file_and_takes_no_weak_value_unasked()
    {
        await using var tpm = await Swtpm.StartAsync();
        string[] record = ["policy", "record", "--name", "lab/vm", "--tpm", tpm.Tcti, "--pcrs"];
        var refused = await RunAsync([.. record, "4"]);
        Assert.Equal((ExitCode.Denied, true), (refused.ExitCode, refused.Error.Contains("PCR 4 was never extended", StringComparison.Ordinal)));
        Assert.Contains("unextended: true", (await RunAsync([.. record, "4", "--unextended"])).Text);

        await RunAsync("pcr", "extend", "4", "--data", "kernel", "--tpm", tpm.Tcti);
        var file = Path.Combine(_folder.FullName, "lab.yaml");
        string[] written = [.. record, "4", "--out", file, "--valid-until", "2099-01-01"];
        Assert.Equal(ExitCode.Done, (await RunAsync(written)).ExitCode);
        Assert.Contains("validUntil: 2099-01-01T00:00:00Z", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.Usage, (await RunAsync(written)).ExitCode);
        Assert.Equal(ExitCode.Done, (await RunAsync([.. written, "--force"])).ExitCode);
        Assert.Equal(ExitCode.Done, (await RunAsync("policy", "validate", _folder.FullName)).ExitCode);
        Assert.Equal(2, _folder.GetFiles().Length);
        Assert.Equal(ExitCode.Usage, (await RunAsync([.. record, "4", "--valid-until", "soon"])).ExitCode);
    }

    [Fact]
    public async Task Diff_says_who_gains_and_who_loses()
    {
        var edited = _folder.CreateSubdirectory(".edited");
        await File.WriteAllTextAsync(
            Path.Combine(edited.FullName, "web-tier.yaml"),
            s_policy.Replace("allow: [sign]", "allow: [read]", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        var ran = await RunAsync("policy", "diff", _folder.FullName, edited.FullName);

        Assert.Equal(ExitCode.Done, ran.ExitCode);
        Assert.Contains("policy web-tier changed (machines with role=web)", ran.Text);
        Assert.Contains("  + may read keys web/*", ran.Text);
        Assert.Contains("  - may not sign keys web/* any more", ran.Text);
        Assert.Contains("the sets say the same", (await RunAsync("policy", "diff", edited.FullName, edited.FullName)).Text);
        Assert.Equal(ExitCode.Usage, (await RunAsync("policy", "diff", edited.FullName)).ExitCode);
    }

    private static string Cases(string decision) => string.Create(CultureInfo.InvariantCulture, $$"""
        apiVersion: keybroker/v1
        kind: PolicyTest
        metadata: { name: web }
        spec:
          cases:
            - name: the good boot
              machine: { labels: { role: web } }
              registers: { sha256: { 7: "{{s_value}}" } }
              expect: { decision: {{decision}} }
        """);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);

    private Task<Ran> RunAsync(params string[] arguments) =>
        new CommandRun().RunAsync([.. arguments, "--socket", Path.Combine(_folder.FullName, "none.sock")]);
}
