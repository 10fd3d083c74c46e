using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Configuration;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Audit;

/// <summary>[AUD-20] to [AUD-25] (threats L01, L03, L07, L08) Where else the audit goes, and what happens where a required sink is away: nothing.</summary>
public sealed class SinkTests : IDisposable
{
    private const string Sign = """{"alg":"ES256","message":"AA"}""";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-sink-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "audit.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_required_file_has_every_record_before_its_answer_and_verifies()
    {
        await using var broker = await RunningBroker.StartAsync([.. File(required: true)]);
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/sunk","type":"ec-p256"}""")).Status);
        for (var n = 0; n < 10; n++)
        {
            var answer = await machine.CallAsync("POST", "/v1/keys/web%2Fsunk/sign", Sign);
            Assert.Equal(answer.Json["seq"]!.GetValue<long>(), Last());
        }

        var verdict = AuditedStore.Verify(await System.IO.File.ReadAllLinesAsync(Path, Cancellation));
        Assert.Null(verdict.Fault);
        Assert.Equal(new BrokerStore(broker).Count("audit"), verdict.Records);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(Path));
    }

    [Fact]
    public async Task A_file_that_somebody_else_writes_to_is_not_written_behind()
    {
        await using var broker = await RunningBroker.StartAsync([.. File(required: true)]);
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/sunk","type":"ec-p256"}""")).Status);
        var good = await System.IO.File.ReadAllBytesAsync(Path, Cancellation);
        foreach (var more in new[] { "{\"seq\":", "\n", new string('x', 5 << 20) })
        {
            await System.IO.File.AppendAllTextAsync(Path, more, Cancellation);
            (await machine.CallAsync("POST", "/v1/keys/web%2Fsunk/sign", Sign)).IsRefused(503, "audit-unavailable");
            using var ready = await broker.Tcp.GetAsync("/readyz", Cancellation);
            Assert.Equal(503, (int)ready.StatusCode);
            await System.IO.File.WriteAllBytesAsync(Path, good, Cancellation);
        }

        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fsunk/sign", Sign)).Status);
        Assert.Null(AuditedStore.Verify(await System.IO.File.ReadAllLinesAsync(Path, Cancellation)).Fault);
    }

    [Fact]
    public async Task Without_its_required_file_nothing_happens_and_with_it_all_goes_on()
    {
        await using var broker = await RunningBroker.StartAsync([.. File(required: true)]);
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/sunk","type":"ec-p256"}""")).Status);
        var store = new BrokerStore(broker);
        var (before, rows) = (store.Count("audit"), store.Rows());

        // Somebody puts a folder in its place: nobody can write it, root neither.
        System.IO.File.Move(Path, Path + ".away");
        Directory.CreateDirectory(Path);
        var refused = await EverythingAsync(machine, broker);
        Assert.Equal(before, store.Count("audit"));
        Assert.Equal(rows, store.Rows());
        using (var ready = await broker.Tcp.GetAsync("/readyz", Cancellation))
        {
            Assert.Equal(503, (int)ready.StatusCode);
        }

        Directory.Delete(Path);
        System.IO.File.Move(Path + ".away", Path);
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fsunk/sign", Sign)).Status);
        using var again = await broker.Tcp.GetAsync("/readyz", Cancellation);
        Assert.Equal(200, (int)again.StatusCode);
        Assert.Null(AuditedStore.Verify(await System.IO.File.ReadAllLinesAsync(Path, Cancellation)).Fault);
        Counts.Print($"{refused} operations refused without the sink, 0 effects, 0 signatures");
    }

    [Fact]
    public async Task A_required_syslog_socket_that_nobody_reads_any_more_stops_everything_until_somebody_does()
    {
        var path = System.IO.Path.Combine(_folder.FullName, "log");
        using var first = new LogSocket(path);
        await using var broker = await RunningBroker.StartAsync(
            "--KeyBroker:Audit:Sinks:0:Type=syslog", $"--KeyBroker:Audit:Sinks:0:Path={path}", "--KeyBroker:Audit:Sinks:0:Required=true");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/sunk","type":"ec-p256"}""")).Status);
        Assert.Matches("^<109>1 20[0-9T:.-]+Z [^ ]+ keybrokerd [0-9]+ audit \\[keybroker@32473 seq=\"1\" previous=\"0{64}\" hash=\"[0-9a-f]{64}\"\\] \\{\"at\":", first.Take());

        first.Dispose();
        var (store, before) = (new BrokerStore(broker), new BrokerStore(broker).Count("audit"));
        var refused = await EverythingAsync(machine, broker);
        Assert.Equal(before, store.Count("audit"));
        Counts.Print($"{refused} operations refused while nobody read the required socket, 0 records, 0 signatures");

        using var second = new LogSocket(path);
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fsunk/sign", Sign)).Status);
        Assert.Contains($"seq=\"{before + 1}\"", second.TakeRecord(), StringComparison.Ordinal);

        // Started anew between two messages: nobody has to know.
        second.Dispose();
        using var third = new LogSocket(path);
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fsunk/sign", Sign)).Status);
        Assert.Contains($"seq=\"{before + 2}\"", third.TakeRecord(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_required_sinks_the_one_that_took_it_gives_back_what_the_other_did_not_take()
    {
        var second = In("second");
        Directory.CreateDirectory(second, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var broker = await RunningBroker.StartAsync(
            [.. File(required: true), "--KeyBroker:Audit:Sinks:1:Type=file", "--KeyBroker:Audit:Sinks:1:Name=second",
                $"--KeyBroker:Audit:Sinks:1:Path={second}/audit.jsonl", "--KeyBroker:Audit:Sinks:1:Required=true"]);
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/sunk","type":"ec-p256"}""")).Status);
        foreach (var blocked in new[] { $"{second}/audit.jsonl", Path })
        {
            System.IO.File.Move(blocked, blocked + ".away");
            Directory.CreateDirectory(blocked);
            (await machine.CallAsync("POST", "/v1/keys/web%2Fsunk/sign", Sign)).IsRefused(503, "audit-unavailable");
            Directory.Delete(blocked);
            System.IO.File.Move(blocked + ".away", blocked);
            Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fsunk/sign", Sign)).Status);
        }

        var (one, other) = (await System.IO.File.ReadAllLinesAsync(Path, Cancellation), await System.IO.File.ReadAllLinesAsync($"{second}/audit.jsonl", Cancellation));
        Assert.Equal(one, other);
        Assert.Equal(new BrokerStore(broker).Count("audit"), AuditedStore.Verify(one).Records);
        Assert.Null(AuditedStore.Verify(one).Fault);
    }

    [Fact]
    public async Task A_sink_that_was_away_gets_what_it_missed_and_holds_nobody_up()
    {
        var path = System.IO.Path.Combine(_folder.FullName, "log");
        await using var broker = await RunningBroker.StartAsync(
            "--KeyBroker:Audit:Sinks:0:Type=syslog", $"--KeyBroker:Audit:Sinks:0:Path={path}", "--KeyBroker:Audit:HashIdentifiers=true");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/sunk","type":"ec-p256"}""")).Status);
        Assert.Contains("keybroker_audit_sink_lag{sink=\"syslog\"}", await broker.Tcp.GetStringAsync("/metrics", Cancellation), StringComparison.Ordinal);

        using var late = new LogSocket(path);
        var count = new BrokerStore(broker).Count("audit");
        var messages = Enumerable.Range(0, (int)count).Select(_ => late.TakeRecord()).ToList();
        Assert.All(messages, (message, index) => Assert.Contains($"seq=\"{index + 1}\"", message, StringComparison.Ordinal));
        Assert.DoesNotContain(messages, message => message.Contains(machine.Id, StringComparison.Ordinal) || message.Contains("web/sunk", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.Contains("\"resource\":\"hmac-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_is_rotated_and_the_chain_goes_on_in_the_next()
    {
        await using var broker = await RunningBroker.StartAsync([.. File(required: true), "--KeyBroker:Audit:Sinks:0:RotateAt=1048576"]);
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/sunk","type":"ec-p256"}""")).Status);
        while (_folder.GetFiles().Length < 3)
        {
            await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => machine.CallAsync("POST", "/v1/keys/web%2Fnone/sign", Sign)));
        }

        var parts = _folder.GetFiles("audit.jsonl.*").Where(file => file.Name != "audit.jsonl").OrderBy(file => long.Parse(file.Extension.AsSpan(1), null)).Append(new FileInfo(Path));
        var lines = parts.SelectMany(part => System.IO.File.ReadAllLines(part.FullName)).ToList();
        var verdict = AuditedStore.Verify(lines);
        Assert.Null(verdict.Fault);
        Assert.Equal(new BrokerStore(broker).Count("audit"), verdict.Records);
    }

    [Fact]
    public async Task What_was_written_and_never_committed_is_set_aside_at_start_and_more_than_that_stops_it()
    {
        await using var broker = await RunningBroker.StartAsync([.. File(required: true)]);
        var store = new BrokerStore(broker);
        await broker.AdministerAsync("policies/reload");
        await broker.AdministerAsync("audit/checkpoints");
        do
        {
            await broker.AdministerAsync("policies/reload"); // Until no checkpoint is over the last record: that of the start may come late.
        }
        while (store.Count("audit_checkpoints WHERE size = (SELECT MAX(seq) FROM audit)") > 0);

        await broker.StopAsync();
        var good = LastRecord();
        store.Execute("DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)");
        await System.IO.File.AppendAllTextAsync(Path, "{\"seq\":9,\"rec", Cancellation);
        await broker.StartAgainAsync();
        await broker.AdministerAsync("policies/reload");
        var aside = Assert.Single(_folder.GetFiles("*uncommitted*"));
        Assert.Equal(good, (await System.IO.File.ReadAllTextAsync(aside.FullName, Cancellation)).Split('\n')[0]);
        Assert.Equal(1, store.Count($"audit WHERE record LIKE '%\"audit.set-aside\"%{aside.Name}%'"));
        Assert.Null(AuditedStore.Verify(await System.IO.File.ReadAllLinesAsync(Path, Cancellation)).Fault);

        await broker.StopAsync();
        var foreign = JsonNode.Parse(good)!;
        (foreign["previous"], foreign["hash"]) = (new string('1', 64), new string('2', 64));
        await System.IO.File.WriteAllTextAsync(Path, foreign.ToJsonString() + "\n", Cancellation);
        var other = await Assert.ThrowsAsync<StartupException>(() => broker.StartAgainAsync());
        Assert.Contains("older database, or another broker's file", other.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/cron.d/x.jsonl", "belongs to the system")]
    [InlineData("/dev/null", "does not end in .jsonl")]
    [InlineData("/tmp/audit.jsonl", "others may write its folder")]
    [InlineData("FOLDER/none/audit.jsonl", "its folder is not there")]
    [InlineData("FOLDER/folder.jsonl", "it is a folder")]
    [InlineData("FOLDER/link.jsonl", "it is a symbolic link")]
    [InlineData("FOLDER/program.jsonl", "it may be executed")]
    [InlineData("FOLDER/pipe.jsonl", "cannot be used")]
    [InlineData("FOLDER/system/audit.jsonl", "belongs to the system")]
    [InlineData("FOLDER/linked.jsonl", "it has 2 names")]
    public async Task A_file_that_is_no_file_of_ours_stops_the_start(string path, string reason)
    {
        Directory.CreateDirectory(In("folder.jsonl"));
        System.IO.File.CreateSymbolicLink(In("link.jsonl"), In("target.jsonl"));
        System.IO.File.CreateSymbolicLink(In("system"), "/etc");
        await System.IO.File.WriteAllTextAsync(In("program.jsonl"), "", Cancellation);
        System.IO.File.SetUnixFileMode(In("program.jsonl"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var made = System.Diagnostics.Process.Start("mkfifo", [In("pipe.jsonl")]);
        await made.WaitForExitAsync(Cancellation);
        await System.IO.File.WriteAllTextAsync(In("linked"), "", Cancellation);
        using var linked = System.Diagnostics.Process.Start("ln", [In("linked"), In("linked.jsonl")]);
        await linked.WaitForExitAsync(Cancellation);
        var settings = new SinkSettings(SinkSettings.File, "file", path.Replace("FOLDER", _folder.FullName, StringComparison.Ordinal), true);
        using var sinks = new KeyBroker.Audit.AuditSinks([settings], new KeyBroker.Audit.AuditLines(null));
        var refused = await Assert.ThrowsAsync<StartupException>(() => sinks.Required[0].OpenAsync(null!, default));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_others_could_read_is_taken_from_them_and_somebody_elses_is_not_taken()
    {
        await System.IO.File.WriteAllTextAsync(Path, "", Cancellation);
        System.IO.File.SetUnixFileMode(Path, (UnixFileMode)0b110_110_110);
        using var sinks = new KeyBroker.Audit.AuditSinks([new SinkSettings(SinkSettings.File, "file", Path, true)], new KeyBroker.Audit.AuditLines(null));
        Assert.Equal(default, await sinks.Required[0].OpenAsync(null!, default));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(Path));

        using var given = System.Diagnostics.Process.Start("chown", ["12345", Path]);
        await given.WaitForExitAsync(Cancellation);
        Assert.SkipUnless(given.ExitCode == 0, "only root may give a file away");
        var refused = await Assert.ThrowsAsync<StartupException>(() => sinks.Required[0].OpenAsync(null!, default));
        Assert.Contains("it belongs to user 12345", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Audit:Sinks:0:Type", "ftp")]
    [InlineData("Audit:Sinks:0:Type", "otlp")]
    [InlineData("Audit:Sinks:0:Colour", "red")]
    [InlineData("Audit:CheckpointInterval", "10s")]
    [InlineData("Audit:CounterIndex", "0x01c00002")]
    [InlineData("Audit:HashIdentifiers", "maybe")]
    [InlineData("Audit:Nothing", "1")]
    public void A_setting_that_is_none_stops_the_start(string key, string value) =>
        Assert.Throws<StartupException>(() => AuditedStore.Settings((key, value)));

    /// <summary>Every kind of act, each refused with nothing handed out.</summary>
    private static async Task<int> EverythingAsync(SoftwareMachine machine, RunningBroker broker)
    {
        var answers = new List<Answer>
        {
            await machine.CallAsync("POST", "/v1/keys", """{"name":"web/unsunk","type":"ec-p256"}"""),
            await machine.CallAsync("PUT", "/v1/secrets/web%2Funsunk", """{"value":"AAAA"}"""),
            await machine.CallAsync("POST", "/v1/keys/web%2Fsunk/rotate"),
            await machine.AttestAsync(),
        };
        for (var n = 0; n < 20; n++)
        {
            answers.Add(await machine.CallAsync("POST", "/v1/keys/web%2Fsunk/sign", Sign));
        }

        Assert.All(answers, answer =>
        {
            answer.IsRefused(503, "audit-unavailable");
            Assert.DoesNotContain("signature\":", answer.Text, StringComparison.Ordinal);
        });
        using var reload = await broker.Admin.PostAsync("/v1/admin/policies/reload", new StringContent("{}", Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(503, (int)reload.StatusCode);
        return answers.Count + 1;
    }

    private IEnumerable<string> File(bool required) =>
        ["--KeyBroker:Audit:Sinks:0:Type=file", $"--KeyBroker:Audit:Sinks:0:Path={Path}", $"--KeyBroker:Audit:Sinks:0:Required={required}"];

    private string In(string name) => System.IO.Path.Combine(_folder.FullName, name);

    private long Last() => (long)JsonNode.Parse(LastRecord())!["seq"]!;

    private string LastRecord() => System.IO.File.ReadAllLines(Path).Last(line => line.StartsWith("{\"seq\"", StringComparison.Ordinal) && line.EndsWith('}'));
}
