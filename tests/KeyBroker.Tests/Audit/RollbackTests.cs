using System.Text;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Audit;
using KeyBroker.Configuration;
using KeyBroker.Storage;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tests.Audit;

/// <summary>[AUD-11] to [AUD-17] The checkpoints of the database beside the counter in the TPM, and what a start makes of a difference.</summary>
public sealed class RollbackTests
{
    private const string Accept = "Audit:AcceptRollback";

    [Fact]
    public async Task An_older_database_on_the_same_tpm_stops_the_start_until_somebody_names_the_counter()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(10);
        var first = CheckpointBody.Parse((await store.CheckpointAsync()).Text);
        var old = await store.StopAndCopyAsync();
        await store.StartAgainAsync();
        await store.AppendAsync(5);
        var second = CheckpointBody.Parse((await store.CheckpointAsync()).Text);
        Assert.Equal(first.Counter + 1, second.Counter);

        await store.PutBackAsync(old);
        var refused = await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync());
        Assert.Contains($"counter of the TPM is at {second.Counter}, and the newest checkpoint of this database has {first.Counter}", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"KeyBroker:Audit:AcceptRollback={second.Counter}", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync((Accept, $"{first.Counter}")));

        await store.StartAgainAsync((Accept, $"{second.Counter}"));
        Assert.Contains("audit.rollback-accepted", store.Parts.Log.List(0, 100)[^1].Record, StringComparison.Ordinal);
        var third = CheckpointBody.Parse((await store.CheckpointAsync()).Text);
        Assert.Equal(second.Counter + 1, third.Counter);
        await store.StartAgainAsync();
    }

    [Fact] // AUD-16
    public async Task What_was_accepted_once_is_not_accepted_again_with_the_setting_left_behind()
    {
        await using var store = await AuditedStore.StartAsync();
        var (old, value) = await OldAsync(store);

        await store.PutBackAsync(old);
        await store.StartAgainAsync((Accept, $"{value}"));
        Assert.Equal(value + 1, store.Parts.Checkpoints.Newest()!.Counter);
        await store.StartAgainAsync((Accept, $"{value}"));
        await store.PutBackAsync(old);
        var refused = await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync((Accept, $"{value}")));
        Assert.Contains($"AcceptRollback={value + 1}", refused.Message, StringComparison.Ordinal);
    }

    [Theory] // AUD-16
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_start_that_was_cut_off_behind_the_acceptance_spends_it_at_the_next(bool hasIntended)
    {
        await using var store = await AuditedStore.StartAsync();
        var (old, value) = await OldAsync(store);

        await store.PutBackAsync(old);
        await store.CompareOnlyAsync((Accept, $"{value}"));
        if (hasIntended)
        {
            var (head, newest) = (store.Parts.Tree.Head(), CheckpointBody.Parse(store.Parts.Checkpoints.Newest()!.Body));
            var root = await store.Parts.Tree.ExtendAsync(head.Size, CancellationToken.None);
            await store.Parts.Checkpoints.IntendAsync(
                newest with { Size = head.Size, Chain = head.Chain, Root = root, Counter = value + 1 }, CancellationToken.None);
        }

        await store.StartAgainAsync((Accept, $"{value}"));
        Assert.Equal(value + 1, store.Parts.Checkpoints.Newest()!.Counter);
        Assert.Null(AuditedStore.Verify(store.Export()).Fault);
        await store.PutBackAsync(old);
        await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync((Accept, $"{value}")));
        await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync());
    }

    [Fact] // AUD-16
    public async Task What_is_accepted_before_it_is_there_is_refused_or_spent()
    {
        await using var store = await AuditedStore.StartAsync();
        var (_, value) = await OldAsync(store);

        var refused = await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync((Accept, $"{value + 1}")));
        Assert.Contains($"AcceptRollback={value + 1} out of the settings: the audit counter is at {value}", refused.Message, StringComparison.Ordinal);
        await store.StartAgainAsync((Accept, $"{value}"));
        Assert.Contains("audit.rollback-unneeded", store.Parts.Log.List(0, 100)[^1].Record, StringComparison.Ordinal);
        Assert.Equal(value + 1, store.Parts.Checkpoints.Newest()!.Counter);
    }

    [Fact] // AUD-19
    public async Task An_export_has_the_checkpoint_that_is_over_more_records_than_there_are_and_the_verifier_names_it()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(10);
        await store.CheckpointAsync();
        await store.AppendAsync(10);
        var counter = CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter;
        store.Execute("DELETE FROM audit WHERE seq > 13");

        var fault = AuditedStore.Verify(store.Export()).Fault!;
        Assert.Equal((LogFaultKind.Cut, 14), (fault.Kind, fault.Sequence));
        Assert.Equal($"the checkpoint with counter {counter} is over 20 records, and the log ends with 13", fault.Message);
        store.Execute("DELETE FROM audit");
        Assert.Equal((LogFaultKind.Cut, 1), Fault(AuditedStore.Verify(store.Export())));
    }

    [Fact]
    public async Task Whoever_kept_a_checkpoint_sees_a_roll_back_that_was_accepted()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(10);
        var kept = new List<SignedCheckpoint> { await store.CheckpointAsync() };
        var old = await store.StopAndCopyAsync();
        await store.StartAgainAsync();
        await store.AppendAsync(20);
        kept.Add(await store.CheckpointAsync());
        await store.PutBackAsync(old);
        await store.StartAgainAsync((Accept, $"{CheckpointBody.Parse(kept[1].Text).Counter}"));
        await store.CheckpointAsync();

        Assert.Null(AuditedStore.Verify(store.Export(), kept[0]).Fault);
        Assert.Equal((LogFaultKind.CounterBack, 12), Fault(AuditedStore.Verify(store.Export(), [.. kept])));
        await store.AppendAsync(40);
        await store.CheckpointAsync();
        Assert.Equal((LogFaultKind.Fork, 12), Fault(AuditedStore.Verify(store.Export(), [.. kept])));
    }

    [Fact]
    public async Task A_roll_back_to_after_the_newest_checkpoint_is_the_window_that_remains()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(10);
        await store.CheckpointAsync();
        await store.AppendAsync(3);
        var old = await store.StopAndCopyAsync();
        await store.StartAgainAsync();
        await store.AppendAsync(5);

        await store.PutBackAsync(old);
        await store.StartAgainAsync();
        Assert.Equal(13, store.Parts.Tree.Head().Size);
    }

    [Fact]
    public async Task The_newest_checkpoint_in_an_older_database_does_not_hide_its_age()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(10);
        await store.CheckpointAsync();
        await store.AppendAsync(10);
        await store.CheckpointAsync();
        await store.StopAndCopyAsync();
        store.Execute("DELETE FROM audit WHERE seq > 10");

        var refused = await Assert.ThrowsAsync<StoreIntegrityException>(() => store.StartAgainAsync());
        Assert.Contains("over 20 records", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_later_database_intended_does_not_hide_the_age_of_an_older_one()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(4);
        await store.CheckpointAsync();
        var old = await store.StopAndCopyAsync();
        await store.StartAgainAsync();
        await store.AppendAsync(4);
        var newest = CheckpointBody.Parse((await store.CheckpointAsync()).Text);
        var later = newest with { Counter = newest.Counter + 1 };
        await store.Parts.Checkpoints.IntendAsync(later, CancellationToken.None);
        var row = store.Text("SELECT hex(body) || ',' || hex(mac) FROM audit_checkpoints WHERE attest IS NULL").Split(',');

        await store.PutBackAsync(old);
        store.Execute($"INSERT INTO audit_checkpoints (counter, size, body, mac) VALUES ({later.Counter}, {later.Size}, CAST(x'{row[0]}' AS TEXT), x'{row[1]}')");
        var refused = await Assert.ThrowsAsync<StoreIntegrityException>(() => store.StartAgainAsync());
        Assert.Contains($"over {later.Size} records", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_the_first_start_is_an_older_one_too()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(1);
        var value = CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter;
        await store.Parts.Checkpoints.SaveCounterAsync(store.Parts.Checkpoints.Counter()!.Value.Area, null, CancellationToken.None);
        await store.StopAndCopyAsync();

        var refused = await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync());
        Assert.Contains($"is at {value}, and this database does not know that it counted", refused.Message, StringComparison.Ordinal);
        await store.StartAgainAsync((Accept, $"{value}"));
        await store.StartAgainAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_between_intent_and_checkpoint_is_finished_and_no_roll_back(bool hasCounted)
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(4);
        var body = CheckpointBody.Parse((await store.CheckpointAsync()).Text);
        var intended = body with { Counter = body.Counter + 1, At = body.At.AddSeconds(1) };
        await store.Parts.Checkpoints.IntendAsync(intended, CancellationToken.None);
        if (hasCounted)
        {
            var (area, _) = store.Parts.Checkpoints.Counter()!.Value;
            await Counter(store).CertifyAsync(area, intended.Counter, CheckpointBody.QualifyingData("lost"), CancellationToken.None);
        }

        await store.StartAgainAsync();
        Assert.Equal(intended.ToString(), (await store.CheckpointAsync()).Text);
        await store.AppendAsync(1);
        Assert.Equal(intended.Counter + 1, CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter);
        Assert.Null(AuditedStore.Verify(store.Export()).Fault);
    }

    [Fact]
    public async Task What_an_older_database_intended_is_dropped_when_its_roll_back_is_accepted()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(4);
        var body = CheckpointBody.Parse((await store.CheckpointAsync()).Text);
        await store.Parts.Checkpoints.IntendAsync(body with { Counter = body.Counter + 1 }, CancellationToken.None);
        var old = await store.StopAndCopyAsync();
        await store.StartAgainAsync();
        await store.AppendAsync(4);
        var newest = CheckpointBody.Parse((await store.CheckpointAsync()).Text);
        Assert.Equal(body.Counter + 2, newest.Counter);

        await store.PutBackAsync(old);
        await store.StartAgainAsync((Accept, $"{newest.Counter}"));
        Assert.Equal(newest.Counter + 1, CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter);
    }

    [Fact]
    public async Task An_intent_made_up_by_hand_is_not_signed()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(4);
        await store.CheckpointAsync();
        store.Execute("INSERT INTO audit_checkpoints SELECT counter + 1, 2, body, NULL, NULL, NULL, mac FROM audit_checkpoints");

        await Assert.ThrowsAsync<StoreIntegrityException>(() => store.StartAgainAsync());
    }

    [Fact] // AUD-25
    public async Task Records_without_names_are_verified_by_their_places_where_no_more_is_asked_for()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(3);
        await store.CheckpointAsync();
        await store.StartAgainAsync(("Audit:HashIdentifiers", "true"));
        var lines = store.Export();

        Assert.Equal((LogFaultKind.Changed, 1), Fault(AuditedStore.Verify(lines)));
        var verdict = LogVerifier.Verify(lines.Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line)), new LogExpectations { WithoutNames = true });
        Assert.Null(verdict.Fault);
        Assert.Equal(3, verdict.Redacted);
    }

    /// <summary>A database of ten records, and the counter's value after ten more.</summary>
    private static async Task<(byte[] Database, long Counter)> OldAsync(AuditedStore store)
    {
        await store.AppendAsync(10);
        await store.CheckpointAsync();
        var old = await store.StopAndCopyAsync();
        await store.StartAgainAsync();
        await store.AppendAsync(10);
        return (old, CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter);
    }

    private static AuditCounter Counter(AuditedStore store) => new(
        store.Vault.Vault.Worker, store.Vault.Vault.AttestationKey, store.Vault.Vault.Root, new TpmHandle(0x0180_4B42));

    private static (LogFaultKind, long) Fault(LogVerdict verdict) => (verdict.Fault!.Kind, verdict.Fault.Sequence);
}
