using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Audit;
using KeyBroker.Configuration;
using Xunit;

namespace KeyBroker.Tests.Audit;

/// <summary>[AUD-24], [AUD-29] (threat L02) A sink's file beside the database: what it has beyond it, and what it proves alone.</summary>
public sealed class SinkFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-file-");

    private string Sink => Path.Combine(_folder.FullName, "audit.jsonl");

    private List<string> Lines => [.. File.ReadAllLines(Sink)];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_commit_that_was_cut_off_is_set_aside_however_many_records_it_had(bool wasRotated)
    {
        await using var store = await AuditedStore.StartAsync();
        await store.StartAgainAsync(Settings());
        await store.AppendAsync(3);
        await AppendAtOnceAsync(store, 300);
        await store.StopAndCopyAsync();
        store.Execute("DELETE FROM audit WHERE seq > 3");
        if (wasRotated)
        {
            File.WriteAllLines($"{Sink}.3", Lines[..3]);
            File.WriteAllLines(Sink, Lines[3..]);
        }

        await store.StartAgainAsync(Settings());
        var aside = Assert.Single(_folder.GetFiles("*.uncommitted-4"));
        Assert.Equal(300, File.ReadAllLines(aside.FullName).Length);
        Assert.Contains($"\"reasons\":[\"300 records, 4 to 303, kept in {aside.FullName}\"]", store.Parts.Log.List(3, 1)[0].Record, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, aside.UnixFileMode);
        Assert.Equal(4, AuditedStore.Verify(wasRotated ? [.. File.ReadAllLines($"{Sink}.3"), .. Lines] : Lines).Records);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_than_one_commit_is_an_older_database_until_somebody_accepts_it_once(bool required)
    {
        await using var store = await AuditedStore.StartAsync();
        await store.StartAgainAsync(Settings(required));
        await store.AppendAsync(3);
        var value = CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter;
        var old = await store.StopAndCopyAsync();
        await store.StartAgainAsync(Settings(required));
        await store.AppendAsync(2);
        await DeliverAsync(store, required);

        await store.PutBackAsync(old);
        var refused = await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync(Settings(required)));
        Assert.StartsWith($"{Sink} has 2 records, 4 to 5, and this database does not", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith($"once, with KeyBroker:Audit:AcceptRollback={value}", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.GetFiles("*.uncommitted*"));

        await store.StartAgainAsync([.. Settings(required), ("Audit:AcceptRollback", $"{value}")]);
        await DeliverAsync(store, required);
        Assert.Equal(2, File.ReadAllLines(Assert.Single(_folder.GetFiles("*.uncommitted-4")).FullName).Length);
        Assert.Equal(
            ["audit.rollback-accepted", "audit.set-aside"],
            store.Parts.Log.List(3, 10).Select(entry => (string?)System.Text.Json.Nodes.JsonNode.Parse(entry.Record)!["op"]));
        Assert.Equal((5, 2), (AuditedStore.Verify(Lines).Records, AuditedStore.Verify(Lines).Checkpoints));

        await store.PutBackAsync(old);
        await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync([.. Settings(required), ("Audit:AcceptRollback", $"{value}")]));
    }

    [Fact]
    public async Task A_single_commit_beyond_a_database_that_nobody_waits_for_is_an_older_database_too()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.StartAgainAsync(Settings(required: false));
        await store.AppendAsync(3);
        await DeliverAsync(store, required: false);
        await store.StopAndCopyAsync();
        store.Execute("DELETE FROM audit WHERE seq > 2");

        var refused = await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync(Settings(required: false)));
        Assert.StartsWith($"{Sink} has record 3, and this database does not", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_set_aside_before_is_not_overwritten()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.StartAgainAsync(Settings());
        await store.AppendAsync(1);
        await File.WriteAllTextAsync($"{Sink}.uncommitted-2", "earlier", TestContext.Current.CancellationToken);
        await store.AppendAsync(1);
        await store.StopAndCopyAsync();
        store.Execute("DELETE FROM audit WHERE seq > 1");

        await store.StartAgainAsync(Settings());
        Assert.Equal("earlier", await File.ReadAllTextAsync($"{Sink}.uncommitted-2", TestContext.Current.CancellationToken));
        Assert.True(File.Exists($"{Sink}.uncommitted-2-2"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_file_alone_verifies_with_checkpoints_that_came_late_and_every_edit_of_it_is_found(bool required)
    {
        await using var store = await AuditedStore.StartAsync();
        await store.StartAgainAsync(Settings(required));
        var kept = await WriteAsync(store);
        await DeliverAsync(store, required);

        var original = Lines;
        var verdict = AuditedStore.Verify(original, kept);
        Assert.Null(verdict.Fault);
        Assert.Equal((120, 0), (verdict.Records, verdict.Uncompared));
        Assert.Equal(required, original.Exists(line => line.Contains("\"behind\":", StringComparison.Ordinal)));
        var seed = 0;
        foreach (var (name, edit) in LogEdits.All)
        {
            for (var n = 0; n < 10; n++)
            {
                var log = new LogEdit(original, new Dice(++seed));
                var (kind, record) = edit(log);
                var fault = AuditedStore.Verify(log.Lines, kept).Fault;
                Assert.True(fault?.Kind == kind && (fault.Sequence == record || kind is LogFaultKind.ForgedCheckpoint), $"{name}, seed {seed}: {fault}, expected {kind} at {record}");
            }
        }
    }

    [Fact]
    public async Task A_late_checkpoint_that_does_not_fit_is_a_fork_and_through_a_pipe_it_is_said_not_to_be_compared()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.StartAgainAsync(Settings());
        await WriteAsync(store);
        var lines = Lines.Select(line => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(line)).ToList();

        var once = LogVerifier.Verify(lines, new LogExpectations());
        Assert.Equal((null, 1), (once.Fault, once.Uncompared));

        var log = new LogEdit(Lines, new Dice(1));
        var late = log.Lines.ToList().FindIndex(line => line.Contains("\"behind\":", StringComparison.Ordinal));
        var size = log.Checkpoints.First(size => log.LineOfCheckpoint(size) == late);
        log.DropCheckpoints(other => other > size);
        log.ChangeWords(log.LineOf(size));
        log.Rehash(size, 120);
        Assert.Equal(LogFaultKind.Fork, AuditedStore.Verify(log.Lines).Fault?.Kind);
    }

    /// <summary>120 records and four checkpoints, one of which came when twenty more records were there; the newest but one.</summary>
    private static async Task<SignedCheckpoint> WriteAsync(AuditedStore store)
    {
        await store.AppendAsync(40);
        await store.CheckpointAsync();
        await store.AppendAsync(20);
        var newest = CheckpointBody.Parse((await store.CheckpointAsync()).Text);
        await store.AppendAsync(20);
        var head = store.Parts.Tree.Head();
        var root = await store.Parts.Tree.ExtendAsync(head.Size, CancellationToken.None);
        await store.Parts.Checkpoints.IntendAsync(
            newest with { Size = head.Size, Chain = head.Chain, Root = root, Counter = newest.Counter + 1 }, CancellationToken.None);
        await store.AppendAsync(20);
        var kept = await store.CheckpointAsync();
        await store.AppendAsync(20);
        return kept;
    }

    private static Task AppendAtOnceAsync(AuditedStore store, int count) => store.Vault.Database.WriteAsync(
        transaction =>
        {
            for (var n = 0; n < count; n++)
            {
                _ = store.Parts.Log.Append(transaction, new AuditEvent { Operation = "key.sign", Outcome = AuditEvent.Done });
            }
        },
        CancellationToken.None);

    /// <summary>What the pump does for a sink that nobody waits for.</summary>
    private static async Task DeliverAsync(AuditedStore store, bool required)
    {
        if (!required)
        {
            var sink = store.Parts.Sinks.Optional[0];
            var page = store.Parts.Feed.Page(store.Parts.Cursors.Of(sink.Name));
            if (!page.IsEmpty)
            {
                sink.Deliver(page);
                await store.Parts.Cursors.SaveAsync(sink.Name, page.End, CancellationToken.None);
            }
        }
    }

    private (string Key, string Value)[] Settings(bool required = true) =>
        [("Audit:Sinks:0:Type", "file"), ("Audit:Sinks:0:Path", Sink), ("Audit:Sinks:0:Required", $"{required}")];
}
