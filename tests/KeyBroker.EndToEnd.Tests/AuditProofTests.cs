using System.Diagnostics;
using System.Text.Json.Nodes;
using KeyBroker.Cli;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>The audit as others check it: by our command without a broker, and by a script that shares no code with ours.</summary>
public sealed class AuditProofTests(AllowedMachine allowed) : IClassFixture<AllowedMachine>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-audit-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_export_proofs_and_checkpoints_hold_for_us_and_for_foreign_software()
    {
        var machine = allowed.Machine;
        await machine.DoAsync("key", "create", "web/audited");
        var old = await KeepAsync("old.json", "audit", "checkpoint", "--now");
        for (var n = 0; n < 20; n++)
        {
            await machine.DoAsync("key", "sign", "web/audited", "--message", $"{n}");
        }

        var kept = await KeepAsync("new.json", "audit", "checkpoint", "--now");
        var published = JsonNode.Parse(await machine.DoAsync("audit", "checkpoint"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(await File.ReadAllTextAsync(kept, Cancellation)), published));
        var export = await KeepAsync("audit.jsonl", "audit", "export");
        var keys = await KeepAsync("keys.json", "receipt", "keys");

        var verified = JsonNode.Parse(await machine.DoAsync("audit", "verify", export, "--ak", keys, "--checkpoint", old, "--checkpoint", kept, "--output", "json"))!;
        Assert.Equal((long)verified["records"]!, (long)verified["covered"]!);
        Assert.True((bool)verified["valid"]!);
        Assert.Contains("begins with", await machine.DoAsync("audit", "consistency", old, "--ak", keys));
        await ForeignAsync(0, "export", export, kept);

        var proof = await KeepAsync("proof.json", "audit", "prove", "3");
        Assert.Contains("\"seq\":3", await machine.DoAsync("verify", "inclusion", proof, "--ak", keys));
        await ForeignAsync(0, "proof", proof);

        var (from, to) = (SizeIn(old), SizeIn(kept));
        using var http = new HttpClient();
        var answer = In("consistency.json");
        await File.WriteAllTextAsync(answer, await http.GetStringAsync(new Uri($"{allowed.Broker.Url}/v1/broker/audit/consistency?from={from}&to={to}"), Cancellation), Cancellation);
        await machine.DoAsync("verify", "consistency", old, kept, answer, "--ak", keys);
        await ForeignAsync(0, "consistency", old, kept, answer);

        await BrokenAsync(machine, export, kept, proof);
    }

    private async Task BrokenAsync(Workload machine, string export, string kept, string proof)
    {
        var lines = await File.ReadAllLinesAsync(export, Cancellation);
        var last = Array.FindIndex(lines, line => line.StartsWith($"{{\"seq\":{SizeIn(kept)},", StringComparison.Ordinal));
        await File.WriteAllLinesAsync(export, lines[..last], Cancellation);
        var cut = await machine.RunAsync("audit", "verify", export, "--checkpoint", kept);
        Assert.Equal(ExitCode.Denied, cut.ExitCode);
        Assert.Contains($"cut at record {SizeIn(kept)}", cut.Error);
        await ForeignAsync(1, "export", export, kept);

        var changed = JsonNode.Parse(await File.ReadAllTextAsync(proof, Cancellation))!;
        changed["entry"]!["record"] = ((string)changed["entry"]!["record"]!).Replace("done", "gone", StringComparison.Ordinal);
        await File.WriteAllTextAsync(proof, changed.ToJsonString(), Cancellation);
        Assert.Equal(ExitCode.Denied, (await machine.RunAsync("verify", "inclusion", proof)).ExitCode);
        await ForeignAsync(1, "proof", proof);

        var foreign = await machine.RunAsync("audit", "verify", export, "--ak", "000b" + new string('0', 64));
        Assert.Equal(ExitCode.Denied, foreign.ExitCode);
        Assert.Contains("forged-checkpoint", foreign.Error);
        Assert.Equal(ExitCode.Usage, (await machine.RunAsync("audit", "verify", export, "--ak", "nonsense")).ExitCode);
    }

    private static long SizeIn(string checkpoint) =>
        long.Parse(((string)JsonNode.Parse(File.ReadAllText(checkpoint))!["checkpoint"]!).Split('\n')[1], null);

    private async Task<string> KeepAsync(string name, params string[] command)
    {
        await File.WriteAllTextAsync(In(name), await allowed.Machine.DoAsync(command), Cancellation);
        return In(name);
    }

    private static async Task ForeignAsync(int expected, params string[] arguments)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "foreign-client", "audit_check.py");
        var start = new ProcessStartInfo("python3", [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var check = Process.Start(start)!;
        var (output, error) = (check.StandardOutput.ReadToEndAsync(Cancellation), check.StandardError.ReadToEndAsync(Cancellation));
        await check.WaitForExitAsync(Cancellation);
        Assert.True(check.ExitCode == expected, $"{string.Join(' ', arguments)}: {await output}{await error}");
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
