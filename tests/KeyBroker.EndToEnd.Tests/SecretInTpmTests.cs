using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Cli;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Secrets released into a machine's own TPM, by our command and two real software TPMs.</summary>
public sealed class SecretInTpmTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Opens_after_a_reboot_without_the_broker_and_in_no_other_state()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        var values = new Dictionary<string, byte[]>();
        foreach (var size in new[] { 1, 128, 129, 65536 })
        {
            values[$"web/s-{size}"] = RandomNumberGenerator.GetBytes(size);
            var file = Path.Combine(machine.State, "value");
            await File.WriteAllBytesAsync(file, values[$"web/s-{size}"], TestContext.Current.CancellationToken);
            await machine.DoAsync("secret", "put", $"web/s-{size}", "--file", file);
            Assert.Contains("in the TPM", await machine.DoAsync("secret", "get", $"web/s-{size}", "--to", "tpm"));
        }

        Assert.All(Directory.GetFiles(Path.Combine(machine.State, "secrets")), file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
        await broker.StopAsync();
        await AllOpenAsync(machine, values);

        await machine.Tpm.ResetAsync();
        await RefusedAsync(machine, "PCR 4 (sha256), PCR 7 (sha256)");
        await BootAsync(machine);
        await AllOpenAsync(machine, values);
        await machine.DoAsync("pcr", "extend", "9", "--data", "another command line");
        await RefusedAsync(machine, "differs: PCR 9 (sha256)");
    }

    [Fact]
    public async Task Does_not_open_in_another_tpm()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        var folder = broker.NewFolder("kept");
        await machine.DoAsync("secret", "put", "web/disk-key", "--value", "correct horse");
        await machine.DoAsync("secret", "get", "web/disk-key", "--to", "tpm", "--out", folder);
        Assert.Equal("correct horse", await machine.DoAsync("secret", "open", "web/disk-key", "--from", folder));

        await using var other = await Workload.StartAsync(broker, "thief");
        await BootAsync(other);
        var refused = await other.RunAsync("secret", "open", "web/disk-key", "--from", folder);
        Assert.Equal(ExitCode.Denied, refused.ExitCode);
        Assert.Contains("the TPM is another one", refused.Error);
        Assert.Equal(ExitCode.Denied, (await machine.RunAsync("secret", "open", "web/other", "--from", folder)).ExitCode);
    }

    [Fact]
    public async Task Is_not_taken_in_when_the_state_changed_since_the_attestation()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("secret", "put", "web/disk-key", "--value", "correct horse");
        await machine.DoAsync("pcr", "extend", "9", "--data", "later");
        var refused = await machine.RunAsync("secret", "get", "web/disk-key", "--to", "tpm");
        Assert.Equal(ExitCode.Denied, refused.ExitCode);
        Assert.Contains("'keybroker attest'", refused.Error);

        await machine.DoAsync("attest");
        await machine.DoAsync("secret", "get", "web/disk-key", "--to", "tpm");
        Assert.Equal("correct horse", await machine.DoAsync("secret", "open", "web/disk-key"));
    }

    [Fact]
    public async Task A_grant_that_demands_the_tpm_is_met_by_what_attest_does_unasked()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.EditPolicyAsync("allow: [seal, read, release] }", "allow: [seal, read, release], recipient: tpm }");
        await machine.DoAsync("secret", "put", "web/s", "--value", "kept");
        Assert.Equal("kept", await machine.DoAsync("secret", "get", "web/s"));
        Assert.False(File.Exists(Path.Combine(machine.State, "enc.pem")));

        await machine.DoAsync("attest", "--enc", "software");
        Assert.Contains("operation-denied", (await machine.RunAsync("secret", "get", "web/s")).Error);
        Assert.False(File.Exists(Path.Combine(machine.State, "enc.json")));
        await machine.DoAsync("secret", "get", "web/s", "--to", "tpm");
        Assert.Equal("kept", await machine.DoAsync("secret", "open", "web/s"));

        // A key in a file stays one until somebody says otherwise.
        await machine.DoAsync("attest");
        Assert.Contains("operation-denied", (await machine.RunAsync("secret", "get", "web/s")).Error);
        await machine.DoAsync("attest", "--enc", "tpm");
        Assert.Equal("kept", await machine.DoAsync("secret", "get", "web/s"));
    }

    [Fact]
    public async Task A_new_attestation_key_certifies_a_new_encryption_key()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("secret", "put", "web/s", "--value", "kept");
        await machine.DoAsync("admin", "machines", "re-enroll", "web-1");
        await machine.DoAsync("enroll", "web-1", "--new-key", "--ak", "rsa");
        await machine.DoAsync("attest");
        Assert.Equal("kept", await machine.DoAsync("secret", "get", "web/s"));
        await machine.DoAsync("secret", "get", "web/s", "--to", "tpm");
        Assert.Equal("kept", await machine.DoAsync("secret", "open", "web/s"));
    }

    /// <summary>CLI-43: an edited, cut or endless file is refused in words, and never gives the wrong bytes.</summary>
    [Fact]
    public async Task A_damaged_file_opens_nothing()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("secret", "put", "web/s", "--value", new string('a', 536));
        await machine.DoAsync("secret", "get", "web/s", "--to", "tpm");
        var path = Path.Combine(machine.State, "secrets", "web%2Fs.json");
        var good = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var damages = new List<string> { "", "null", "{}", good[..^1], good + "{}", good.Replace("\"Name\"", "\"name\"", StringComparison.Ordinal) };
        foreach (var member in new[] { "Name", "Version", "Public", "Private", "Parent", "Pcrs", "Values", "Jwe" })
        {
            damages.Add(Edited(secret => secret[member] = null));
            damages.Add(Edited(secret => secret.Remove(member)));
        }

        damages.Add(Edited(secret => secret["Version"] = 2));
        damages.Add(Edited(secret => secret["Private"] = Convert.ToBase64String(new byte[200_000])));
        damages.Add(Edited(secret => secret["Values"]!.AsArray()[0] = null));
        damages.Add(Edited(secret => secret["More"] = 1));
        foreach (var damaged in damages)
        {
            await File.WriteAllTextAsync(path, damaged, TestContext.Current.CancellationToken);
            await IsRefusedAsync();
        }

        File.Delete(path);
        File.CreateSymbolicLink(path, "/dev/zero");
        await IsRefusedAsync("longer than the 16 MiB");
        File.Delete(path);
        await IsRefusedAsync("is not there: 'keybroker secret get web/s --to tpm'");
        await File.WriteAllTextAsync(path, good, TestContext.Current.CancellationToken);
        Assert.Equal(new string('a', 536), await machine.DoAsync("secret", "open", "web/s"));

        string Edited(Action<JsonObject> edit)
        {
            var file = JsonNode.Parse(good)!;
            edit(file["Secret"]!.AsObject());
            return file.ToJsonString();
        }

        async Task IsRefusedAsync(string said = "'keybroker secret get web/s --to tpm' puts it there anew")
        {
            var refused = await machine.RunAsync("secret", "open", "web/s");
            Assert.Equal((ExitCode.Denied, 0), (refused.ExitCode, refused.Output.Length));
            Assert.Contains(said, refused.Error);
        }
    }

    private static async Task BootAsync(Workload machine)
    {
        await machine.DoAsync("pcr", "extend", "4", "--data", "kernel 1");
        await machine.DoAsync("pcr", "extend", "7", "--data", "db");
    }

    private static async Task AllOpenAsync(Workload machine, Dictionary<string, byte[]> values)
    {
        foreach (var (name, value) in values)
        {
            var opened = await machine.RunAsync("secret", "open", name);
            Assert.True(opened.ExitCode == 0, opened.Error);
            Assert.Equal(value, opened.Output);
        }
    }

    private static async Task RefusedAsync(Workload machine, string registers)
    {
        var refused = await machine.RunAsync("secret", "open", "web/s-129");
        Assert.Equal((ExitCode.Denied, 0), (refused.ExitCode, refused.Output.Length));
        Assert.Contains(registers, refused.Error);
    }
}
