using System.Text.Json.Nodes;
using KeyBroker.Cli;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>The drill: a backup of a broker at work, checked, restored, and what a restored broker can do.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-backup-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_embedded_broker_comes_back_with_all_that_was_acknowledged()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("key", "create", "web/records", "--type", "aes-256");
        var ciphertext = (await machine.DoAsync("key", "encrypt", "web/records", "--value", "the plan")).Trim();
        await machine.DoAsync("secret", "put", "web/long", "--value", new string('s', 5000));
        var load = new Load(machine, "drill");
        var running = load.RunAsync();
        await load.ReachAsync(15);
        var (keys, secrets) = (load.Keys.ToDictionary(), load.Secrets.ToDictionary());

        var backup = await machine.RunAsync("admin", "backup", In("backup.tar"));
        load.Stop();
        await running;
        Assert.Equal(ExitCode.Done, backup.ExitCode);
        Assert.Contains("WHOEVER HAS THIS BACKUP HAS EVERY KEY", backup.Error);
        var token = await File.ReadAllTextAsync(Path.Combine(machine.State, "token.json"), Cancellation);
        await broker.StopAsync();
        Directory.Move(broker.StateDirectory, In("lost"));

        var (exitCode, report) = await BrokerProcess.RunAsync(
            "check-backup", In("backup.tar"), "--restore-to", broker.StateDirectory);
        Assert.True(exitCode == 0, report);
        Assert.Contains($"usable    key web/records v1", report);
        await broker.StartAgainAsync();

        // A token of before is worth nothing here: the command had to attest again.
        await machine.DoAsync("key", "list");
        Assert.NotEqual(token, await File.ReadAllTextAsync(Path.Combine(machine.State, "token.json"), Cancellation));
        await Load.CheckAsync(machine, keys, secrets);
        Assert.Equal("the plan", await machine.DoAsync("key", "decrypt", "web/records", "--value", ciphertext));
        Assert.Equal(new string('s', 5000), await machine.DoAsync("secret", "get", "web/long"));
        await broker.StopAsync();
        Assert.True(StoredState.AuditLength(StoredState.Database(broker)) > keys.Count + secrets.Count);
    }

    [Fact]
    public async Task Keys_of_a_tpm_are_usable_with_that_tpm_and_with_no_other()
    {
        await using var home = await Swtpm.StartAsync();
        await using var other = await Swtpm.StartAsync();
        await using var broker = await BrokerProcess.StartAsync($"--KeyBroker:Tpm={home.Tcti}");
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("key", "create", "web/signer");
        await machine.DoAsync("key", "rotate", "web/signer");
        await machine.DoAsync("secret", "put", "web/password", "--value", "s3cret");
        var backup = await machine.RunAsync("admin", "backup", In("backup"));
        Assert.Equal(ExitCode.Done, backup.ExitCode);
        Assert.DoesNotContain("WHOEVER", backup.Error);
        await broker.StopAsync();

        var elsewhere = await CheckAsync("--tpm", other.Tcti, "--restore-to", In("elsewhere"));
        Assert.Equal(1, elsewhere.ExitCode);
        Assert.Equal(["web/signer v1", "web/signer v2"], Unusable(elsewhere.Report, "keys"));
        Assert.Equal(["web/password v1"], Unusable(elsewhere.Report, "secrets"));
        Assert.Null(elsewhere.Report["restoredTo"]);
        Assert.False(Directory.Exists(In("elsewhere")));
        Assert.Equal(1, (await CheckAsync()).ExitCode);

        var (exitCode, report) = await CheckAsync("--tpm", home.Tcti, "--restore-to", In("restored"));
        Assert.Equal(0, exitCode);
        Assert.True((bool)report["authentic"]! && (bool)report["ok"]!);
        Assert.Equal(In("restored"), (string?)report["restoredTo"]);
        Assert.Equal(1, (await BrokerProcess.RunAsync("check-backup", In("backup"), "--tpm", home.Tcti, "--restore-to", In("restored"))).ExitCode);

        // A broker that finds another TPM refuses to start, and changes nothing.
        var database = Path.Combine(In("restored"), "keybroker.db");
        var before = StoredState.AuditLength(database);
        var refused = await BrokerProcess.RunAsync(
            "--urls=http://127.0.0.1:1", $"--KeyBroker:StateDirectory={In("restored")}", $"--KeyBroker:Tpm={other.Tcti}",
            $"--KeyBroker:PolicyDirectory={broker.PolicyDirectory}");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("key at 0x81000001", refused.Output);
        Assert.Equal(before, StoredState.AuditLength(database));

        Directory.Delete(broker.StateDirectory, recursive: true);
        Directory.Move(In("restored"), broker.StateDirectory);

        // AUD-15: the counter in the TPM went on after the backup, and somebody has to say that this is meant.
        using var unwilling = broker.Launch();
        var line = await unwilling.StandardError.ReadToEndAsync(Cancellation);
        await unwilling.WaitForExitAsync(Cancellation);
        Assert.Equal(1, unwilling.ExitCode);
        Assert.Contains("this is an older database, or a backup", line);
        Assert.Equal($"{report["acceptRollback"]}", line.Trim().Split('=')[^1]);
        await broker.StartAgainAsync($"--KeyBroker:Audit:AcceptRollback={report["acceptRollback"]}");
        await machine.DoAsync("attest");
        await machine.DoAsync("key", "sign", "web/signer", "--message", "m");
        Assert.Equal("s3cret", await machine.DoAsync("secret", "get", "web/password"));
    }

    [Fact]
    public async Task Changed_backups_are_found_out()
    {
        await using var home = await Swtpm.StartAsync();
        await using var broker = await BrokerProcess.StartAsync($"--KeyBroker:Tpm={home.Tcti}");
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("key", "create", "web/a");
        await File.WriteAllBytesAsync(In("boot.log"), BootLog.Honest().ToBytes(), TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Denied, (await machine.RunAsync("attest", "--pcrs", "sha256:0", "--event-log", In("boot.log"))).ExitCode);
        await machine.DoAsync("admin", "backup", In("backup"));
        Assert.Equal(ExitCode.Usage, (await machine.RunAsync("admin", "backup", In("backup"))).ExitCode);
        await broker.StopAsync();

        // Somebody who rewrites the manifest with the digests of what he changed still lacks the root.
        var database = Path.Combine(In("backup"), "keybroker.db");
        Execute(database, "DELETE FROM key_versions; DELETE FROM keys; UPDATE machines SET labels = '{\"role\":\"root\"}'; UPDATE event_logs SET seen_at = 1");
        Assert.Equal(1, (await BrokerProcess.RunAsync("check-backup", In("backup"), "--tpm", home.Tcti)).ExitCode);
        Promise(database);

        var (exitCode, report) = await CheckAsync("--tpm", home.Tcti, "--restore-to", In("restored"));
        Assert.Equal(1, exitCode);
        Assert.False((bool)report["authentic"]!);
        foreach (var table in new[] { "machines:", "event_logs:" })
        {
            Assert.Contains(report["problems"]!.AsArray(), problem => ((string)problem!).StartsWith(table, StringComparison.Ordinal));
        }

        Assert.False(Directory.Exists(In("restored")));
    }

    [Fact]
    public async Task An_import_leaves_out_who_has_nothing_but_a_certificate()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.StartAsync(broker, "import");
        await File.WriteAllTextAsync(In("machines.json"), $$"""
            { "machines": [
              { "machine": "sha256-{{new string('1', 64)}}", "name": "alone", "status": "active", "trust": "ek-certificate", "registered": false, "labels": {} },
              { "machine": "sha256-{{new string('2', 64)}}", "name": "labelled", "status": "active", "trust": "ek-certificate", "registered": false, "labels": { "role": "web" } },
              { "machine": "sha256-{{new string('3', 64)}}", "name": "registered", "status": "active", "trust": "ek-certificate", "registered": true, "labels": {} }
            ] }
            """, TestContext.Current.CancellationToken);
        await machine.DoAsync("admin", "machines", "import", In("machines.json"));
        var list = JsonNode.Parse(await machine.DoAsync("admin", "machines", "list", "--output", "json"))!;
        Assert.Equal(["labelled", "registered"], list["items"]!.AsArray().Select(known => (string?)known!["name"]).Order());
    }

    [Fact]
    public async Task Machines_of_a_lost_broker_are_registered_again_and_never_active()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("admin", "machines", "register", $"sha256-{new string('a', 64)}", "web-2", "--label", "role=web");
        await machine.DoAsync("admin", "machines", "register", $"sha256-{new string('b', 64)}", "stolen");
        await machine.DoAsync("admin", "machines", "revoke", "stolen", "--reason", "stolen");
        await machine.DoAsync("admin", "backup", In("backup"));
        await broker.StopAsync();
        Directory.Delete(broker.StateDirectory, recursive: true);
        await broker.StartAgainAsync();

        await machine.DoAsync("admin", "machines", "import", Path.Combine(In("backup"), "machines.json"));
        Assert.DoesNotContain("web-1", await machine.DoAsync("admin", "machines", "list"));
        await machine.DoAsync("admin", "machines", "import", Path.Combine(In("backup"), "machines.json"), "--approved-too");

        var list = await machine.DoAsync("admin", "machines", "list");
        Assert.Contains("web-1", list);
        Assert.Contains("web-2", list);
        Assert.DoesNotContain("stolen", list);
        Assert.DoesNotContain("active", list);
        Assert.Contains("role=web", list);
        Assert.NotEqual(ExitCode.Done, (await machine.RunAsync("attest")).ExitCode);
        await machine.DoAsync("enroll", "web-1");
        Assert.Contains("active", await machine.DoAsync("admin", "machines", "list"));
    }

    [Fact]
    public async Task A_backup_that_breaks_off_leaves_nothing()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.StartAsync(broker, "web-1");
        await machine.DoAsync("admin", "backup", In("good.tar"));
        await broker.StopAsync();

        Assert.Equal(ExitCode.Unreachable, (await machine.RunAsync("admin", "backup", In("none.tar"))).ExitCode);

        Assert.Equal(["good.tar"], _folder.EnumerateFileSystemInfos().Select(entry => entry.Name));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(In("good.tar")));
        Assert.Equal(["tpm"], new DirectoryInfo(broker.StateDirectory).EnumerateDirectories().Select(folder => folder.Name));
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private async Task<(int ExitCode, JsonNode Report)> CheckAsync(params string[] options)
    {
        var (exitCode, output) = await BrokerProcess.RunAsync(["check-backup", In("backup"), "--json", .. options]);
        return (exitCode, JsonNode.Parse(output)!);
    }

    private static IEnumerable<string> Unusable(JsonNode report, string kind) => report[kind]!.AsArray()
        .Where(verdict => !(bool)verdict!["usable"]!)
        .Select(verdict => $"{verdict!["name"]} v{verdict["version"]}");

    private static void Execute(string database, string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = new Microsoft.Data.Sqlite.SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Rewrites the manifest so that it promises the database as it is now.</summary>
    private void Promise(string database)
    {
        var path = Path.Combine(In("backup"), "manifest.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        var part = manifest["parts"]!.AsArray().Single(part => (string?)part!["name"] == "keybroker.db")!;
        var content = File.ReadAllBytes(database);
        part["size"] = content.Length;
        part["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        File.WriteAllText(path, manifest.ToJsonString());
    }
}
