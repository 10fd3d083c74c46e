using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
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

        await ReceiptAsync(machine, keys);
        await RedactedAsync(machine, proof, keys);
        await HostileAsync(machine, export, (old, kept));
        await BrokenAsync(machine, export, kept, proof);
    }

    // The two ends of what a relying party is shown meet: the receipt, and its record in the log.
    private async Task ReceiptAsync(Workload machine, string keys)
    {
        var (receipt, other, pin) = (In("r.jwt"), In("other.jwt"), In("broker.yaml"));
        await machine.DoAsync("broker", "pin", "--out", pin);
        await machine.DoAsync("key", "sign", "web/audited", "--message", "proven", "--receipt", receipt);
        await machine.DoAsync("key", "sign", "web/audited", "--message", "another", "--receipt", other);
        await machine.DoAsync("verify", "receipt", receipt, "--signing-keys", keys, "--ak", pin);
        await machine.DoAsync("audit", "checkpoint", "--now", "--ak", pin);
        var payload = Attestation.Evidence.Base64Url.Decode((await File.ReadAllTextAsync(receipt, Cancellation)).Split('.')[1]);
        var proof = await KeepAsync("own.json", "audit", "prove", $"{JsonNode.Parse(payload)!["seq"]}");
        await machine.DoAsync("verify", "inclusion", proof, "--ak", pin, "--receipt", receipt);
        Assert.Contains("'seq'", await DeniedAsync(machine, "verify", "inclusion", proof, "--ak", pin, "--receipt", other));
    }

    // What is proven is the leaf: any words may stand beside it.
    private async Task RedactedAsync(Workload machine, string proof, string keys)
    {
        var changed = JsonNode.Parse(await File.ReadAllTextAsync(proof, Cancellation))!;
        var entry = changed["entry"]!.AsObject();
        var record = Encoding.UTF8.GetBytes((string)entry["record"]!);
        entry.Remove("record");
        entry["redacted"] = "{\"op\":\"lie\",\"seq\":3}";
        entry["leaf"] = Convert.ToHexStringLower(SHA256.HashData([0, .. record]));
        var lie = In("lie.json");
        await File.WriteAllTextAsync(lie, changed.ToJsonString(), Cancellation);
        Assert.Contains("without its own words", await DeniedAsync(machine, "verify", "inclusion", lie, "--ak", keys));
        Assert.DoesNotContain("lie", await machine.DoAsync("verify", "inclusion", lie, "--ak", keys, "--without-names"));
    }

    private async Task HostileAsync(Workload machine, string export, (string Older, string Newer) kept)
    {
        var file = In("hostile");
        foreach (var proof in new[] { "", "{", "[]", "\0", new string('[', 9999), "{\"proof\":[1]}", "{\"proof\":[[]]}", "{\"proof\":[\"\\ud800\"]}", "{\"proof\":1,\"proof\":2}" })
        {
            await File.WriteAllTextAsync(file, proof, Cancellation);
            await DeniedAsync(machine, "verify", "consistency", kept.Older, kept.Newer, file);
            await DeniedAsync(machine, "verify", "inclusion", file);
        }

        var line = (await File.ReadAllLinesAsync(export, Cancellation))[0];
        foreach (var member in new[] { "\"leaf\":null", "\"leaf\":\"\"", "\"hash\":null", "\"previous\":null" })
        {
            await File.WriteAllTextAsync(file, line[..^1] + "," + member + "}", Cancellation);
            await DeniedAsync(machine, "audit", "verify", file);
        }
    }

    private static async Task<string> DeniedAsync(Workload machine, params string[] command)
    {
        var done = await machine.RunAsync(command);
        Assert.True(done.ExitCode == ExitCode.Denied, $"{string.Join(' ', command)}: {done.ExitCode} {done.Error}");
        return done.Error;
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
