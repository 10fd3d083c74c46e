using System.Text.Json.Nodes;
using KeyBroker.Cli;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>The audit and receipts as commands: listed, exported, followed, and verified without the broker.</summary>
public sealed class AuditCommandTests(AllowedMachine allowed) : IClassFixture<AllowedMachine>
{
    [Fact]
    public async Task Lists_exports_and_verifies_and_sees_what_was_changed()
    {
        var machine = allowed.Machine;
        await machine.DoAsync("key", "create", "web/signer");
        await machine.RunAsync("key", "create", "bank/signer");

        var denied = (await machine.RunAsync("admin", "audit", "list", "--outcome", "denied", "--machine", "web-1")).Lines;
        Assert.Contains("operation-denied", Assert.Single(denied[1..]));
        Assert.Equal(2, (await machine.RunAsync("admin", "audit", "list", "--limit", "1")).Lines.Length);

        var whole = (await machine.RunAsync("admin", "audit", "export")).Lines;
        Assert.Equal(ExitCode.Done, await VerifyAsync(machine, whole));
        var export = whole.Where(line => line.StartsWith("{\"seq\":", StringComparison.Ordinal)).ToArray();
        Assert.Equal(ExitCode.Done, await VerifyAsync(machine, export));
        Assert.Equal(ExitCode.Done, await VerifyAsync(machine, export[2..], "--from", "3"));
        Assert.Equal(ExitCode.Done, await VerifyAsync(machine, export, "--contains", Hash(export[1])));
        Assert.Equal(ExitCode.Denied, await VerifyAsync(machine, export[..2], "--contains", Hash(export[2])));
        Assert.Equal(ExitCode.Denied, await VerifyAsync(machine, export[2..]));
        Assert.Equal(ExitCode.Denied, await VerifyAsync(machine, [export[0], .. export[2..]]));
        Assert.Equal(ExitCode.Denied, await VerifyAsync(machine, [export[1], export[0], .. export[2..]]));
        Assert.Equal(ExitCode.Denied, await VerifyAsync(machine, [export[0].Replace("done", "gone", StringComparison.Ordinal), .. export[1..]]));
        Assert.Equal(ExitCode.Denied, await VerifyAsync(machine, ["nonsense"]));
        Assert.Equal(ExitCode.Denied, await VerifyAsync(machine, []));
    }

    [Fact]
    public async Task Follows_until_interrupted()
    {
        var machine = allowed.Machine;
        using var interrupt = new CancellationTokenSource();
        var following = new CommandRun { Cancelled = interrupt.Token }.RunAsync(
            "admin", "audit", "list", "--follow", "--limit", "0", "--op", "policies.reload", "--socket", allowed.Broker.AdminSocket);

        // However late the follower looks, the next reload comes after it did.
        for (var reload = 0; reload < 4; reload++)
        {
            await machine.DoAsync("admin", "policies", "reload");
            await Task.Delay(TimeSpan.FromMilliseconds(400), TestContext.Current.CancellationToken);
        }

        await interrupt.CancelAsync();
        var ran = await following;
        Assert.Equal(ExitCode.Done, ran.ExitCode);
        Assert.NotEmpty(ran.Lines);
        Assert.All(ran.Lines, line => Assert.Contains("policies.reload", line));
    }

    [Fact]
    public async Task Shows_attestations_with_their_registers()
    {
        var machine = allowed.Machine;
        await machine.DoAsync("attest");

        var listed = await machine.DoAsync("admin", "attestations", "list", "--machine", "web-1", "--output", "json");
        var jti = (string)JsonNode.Parse(listed)!["items"]![0]!["jti"]!;
        var shown = await machine.DoAsync("admin", "attestations", "show", jti[..8]);

        Assert.Contains($"sha256:4\t{await machine.RegisterAsync(4)}", shown);
        Assert.Contains("name: web-1", shown);
        Assert.Equal(ExitCode.Usage, (await machine.RunAsync("admin", "attestations", "show", "none")).ExitCode);
    }

    [Fact]
    public async Task Keeps_receipts_that_verify_and_hold_no_result()
    {
        var machine = allowed.Machine;
        var (file, keys) = (Path.Combine(machine.State, "receipts"), Path.Combine(machine.State, "keys"));
        await machine.DoAsync("key", "create", "web/kept", "--receipt", file);
        await machine.DoAsync("secret", "put", "web/s", "--value", "v", "--receipt", file);
        await machine.DoAsync("key", "sign", "web/kept", "--message", "m", "--receipt", file);
        await File.WriteAllTextAsync(keys, await machine.DoAsync("receipt", "keys"), TestContext.Current.CancellationToken);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var claims = JsonNode.Parse(await machine.DoAsync("receipt", "verify", file, "--output", "json"))!["items"]!.AsArray();
        Assert.Equal(["create", "seal", "sign"], claims.Select(claim => (string?)claim!["op"]));
        Assert.Equal([false, false, true], claims.Select(claim => claim!.AsObject().ContainsKey("result")));
        var offline = await new CommandRun().RunAsync("receipt", "verify", file, "--keys", keys, "--broker", "http://127.0.0.1:1");
        Assert.Contains("web-tier", offline.Text);

        var receipts = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var forged = await machine.WithInputAsync(receipts.Replace("\n", "A\n", StringComparison.Ordinal), "receipt", "verify", "-");
        Assert.Equal(ExitCode.Denied, forged.ExitCode);
    }

    [Fact]
    public async Task Verifies_a_receipt_against_published_keys_the_pinned_TPM_and_what_is_expected()
    {
        var machine = allowed.Machine;
        var (file, keys) = (Path.Combine(machine.State, "one-receipt"), Path.Combine(machine.State, "signing-keys"));
        await machine.DoAsync("key", "create", "web/verified", "--receipt", file);
        var published = await machine.DoAsync("receipt", "keys");
        await File.WriteAllTextAsync(keys, published, TestContext.Current.CancellationToken);
        var ak = (string)JsonNode.Parse(published)!["ak"]!["name"]!;
        var jwks = allowed.Broker.Url + "/.well-known/jwks.json";

        Assert.Equal(ExitCode.Done, (await VerifyAsync("--jwks", jwks, "--issuer", allowed.Broker.Url)).ExitCode);
        Assert.Equal(ExitCode.Done, (await VerifyAsync("--signing-keys", keys, "--ak", ak, "--output", "json")).ExitCode);
        Assert.Equal(ExitCode.Denied, (await VerifyAsync("--signing-keys", keys, "--ak", "000b" + new string('0', 64))).ExitCode);
        Assert.Equal(ExitCode.Denied, (await VerifyAsync("--signing-keys", keys, "--request", keys)).ExitCode);
        var wrong = await VerifyAsync("--signing-keys", keys, "--audience", "sha256-00", "--output", "json");
        Assert.Equal((ExitCode.Denied, "audience"), (wrong.ExitCode, (string?)JsonNode.Parse(wrong.Text)!["refused"]![0]!["reason"]));
        Assert.Equal(ExitCode.Usage, (await VerifyAsync()).ExitCode);
        Assert.Equal(ExitCode.Usage, (await VerifyAsync("--jwks", jwks, "--ak", ak)).ExitCode);
        Assert.Equal(ExitCode.Unreachable, (await VerifyAsync("--jwks", "http://127.0.0.1:1/keys")).ExitCode);

        Task<Ran> VerifyAsync(params string[] options) => new CommandRun().RunAsync(["verify", "receipt", file, .. options]);
    }

    private static string Hash(string entry) => (string)JsonNode.Parse(entry)!["hash"]!;

    private static async Task<int> VerifyAsync(Workload machine, string[] lines, params string[] more) =>
        (await machine.WithInputAsync(string.Join('\n', lines), ["admin", "audit", "verify", "-", .. more])).ExitCode;
}
