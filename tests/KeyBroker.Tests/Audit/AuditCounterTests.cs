using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Configuration;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using KeyBroker.TpmAccess;
using Xunit;

namespace KeyBroker.Tests.Audit;

/// <summary>[AUD-10], [AUD-13], [AUD-15], [AUD-33] Where the counter is in the TPM, and what a start makes of one that is missing, or that no database knows.</summary>
public sealed class AuditCounterTests
{
    private const string Accept = "Audit:AcceptRollback";

    [Fact]
    public async Task A_database_that_knows_of_no_counter_is_an_older_one_where_the_tpm_has_one()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(1);
        var value = CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter;
        await store.StopAndCopyAsync();
        store.Execute("DELETE FROM audit_counter; DELETE FROM audit_checkpoints");

        var refused = await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync());
        Assert.Contains($"is at {value}, and this database knows of no checkpoint", refused.Message, StringComparison.Ordinal);
        await store.StartAgainAsync((Accept, $"{value}"));
        Assert.Equal(value + 1, CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter);
    }

    [Fact]
    public async Task Another_place_in_the_settings_hides_no_counter()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(1);
        var value = CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter;
        await store.StopAndCopyAsync();
        store.Execute("DELETE FROM audit; DELETE FROM audit_nodes; DELETE FROM audit_sinks; DELETE FROM audit_counter; DELETE FROM audit_checkpoints");
        var refused = await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync(("Audit:CounterIndex", "0x01804c00")));
        Assert.Contains($"is at {value}", refused.Message, StringComparison.Ordinal);
    }

    [Fact] // AUD-13
    public async Task A_counter_that_had_no_room_is_made_after_a_later_start_and_nobody_has_to_accept_anything()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.TakeAwayAsync();
        var owner = TpmObject.Owner.WithPassword();
        var places = Enumerable.Range(0, 16).Select(place => new NvPublic(
            new TpmHandle(0x0180_4B42 + (uint)place), TpmAlgorithm.Sha256, NvAttributes.OwnerRead | NvAttributes.OwnerWrite | NvAttributes.NoDa, default, 8)).ToList();
        using (var tpm = store.Vault.Tpm.Open())
        {
            places.ForEach(place => tpm.Execute(new NvDefineSpace(owner, default, place)));
        }

        await store.StartAgainAsync();
        await store.AppendAsync(1);
        await Assert.ThrowsAsync<TpmUnavailableException>(() => store.CheckpointAsync());
        await store.StopAndCopyAsync();
        await store.StartAgainAsync();
        await store.StopAndCopyAsync();
        using (var tpm = store.Vault.Tpm.Open())
        {
            tpm.Execute(new NvUndefineSpace(owner, new TpmObject(places[5].Index, places[5].Name)));
        }

        await store.StartAgainAsync();
        await store.CheckpointAsync();
        Assert.Equal(places[5].Index, store.Parts.Checkpoints.Counter()!.Value.Area.Index);
        await store.StartAgainAsync();
    }

    [Fact] // AUD-33
    public async Task A_database_that_is_gone_leaves_a_counter_and_the_new_log_begins_with_it()
    {
        await using var store = await AuditedStore.StartAsync();
        Assert.Empty(store.Parts.RollbackCheck.OtherLogs);
        await store.AppendAsync(1);
        await store.CheckpointAsync();
        var (area, _) = store.Parts.Checkpoints.Counter()!.Value;
        await store.TakeAwayAsync();

        await store.StartAgainAsync();
        Assert.Equal([area.Index], store.Parts.RollbackCheck.OtherLogs);
        var first = store.Parts.Log.List(0, 10)[0].Record;
        Assert.Contains("audit.new-log", first, StringComparison.Ordinal);
        Assert.Contains($"{area.Index}", first, StringComparison.Ordinal);
        await store.CheckpointAsync();
        await store.StartAgainAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("DELETE FROM audit WHERE seq > 3; DELETE FROM audit_nodes; ")]
    [InlineData("DELETE FROM audit; DELETE FROM audit_nodes; DELETE FROM audit_sinks; INSERT INTO signing_keys VALUES ('k', 'token', '{}', x'', x'', 0, NULL, x'', x'', 'active'); ")]
    public async Task Neither_counter_nor_row_nor_checkpoint_beside_records_stops_the_start(string cut)
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(10);
        await store.CheckpointAsync();
        var (area, _) = store.Parts.Checkpoints.Counter()!.Value;
        await store.StopAndCopyAsync();
        store.Execute(cut + "DELETE FROM audit_counter; DELETE FROM audit_checkpoints");
        using (var tpm = store.Vault.Tpm.Open())
        {
            tpm.Execute(new NvUndefineSpace(TpmObject.Owner.WithPassword(), area.Object));
        }

        var refused = await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync());
        Assert.Contains("which is not a new one", refused.Message, StringComparison.Ordinal);
        Assert.Contains("AcceptRollback=0", refused.Message, StringComparison.Ordinal);
        await store.StartAgainAsync((Accept, "0"));
        Assert.Contains("audit.rollback-accepted", store.Parts.Log.List(0, 100)[^1].Record, StringComparison.Ordinal);
        await store.StartAgainAsync();
    }

    [Fact]
    public async Task Neither_counter_nor_its_row_beside_checkpoints_stops_the_start()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(1);
        var value = CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter;
        var (area, _) = store.Parts.Checkpoints.Counter()!.Value;
        await store.StopAndCopyAsync();
        store.Execute("DELETE FROM audit_counter");
        using (var tpm = store.Vault.Tpm.Open())
        {
            tpm.Execute(new NvUndefineSpace(TpmObject.Owner.WithPassword(), area.Object));
        }

        var refused = await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync());
        Assert.Contains("neither in the TPM nor in this database", refused.Message, StringComparison.Ordinal);
        await store.StartAgainAsync((Accept, $"{value}"));
        Assert.True(CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter > value);
    }

    [Fact]
    public async Task A_counter_that_was_removed_from_the_tpm_stops_the_start_and_a_new_one_is_higher()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(4);
        var before = CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter;
        var (area, _) = store.Parts.Checkpoints.Counter()!.Value;
        await store.StopAndCopyAsync();
        using (var tpm = store.Vault.Tpm.Open())
        {
            tpm.Execute(new NvUndefineSpace(TpmObject.Owner.WithPassword(), area.Object));
        }

        var refused = await Assert.ThrowsAsync<StartupException>(() => store.StartAgainAsync());
        Assert.Contains("not in the TPM any more", refused.Message, StringComparison.Ordinal);
        await store.StartAgainAsync((Accept, $"{before}"));
        Assert.True(CheckpointBody.Parse((await store.CheckpointAsync()).Text).Counter > before);
        Assert.Null(AuditedStore.Verify(store.Export()).Fault);
    }

    [Fact]
    public async Task Somebody_elses_index_is_left_alone_and_nobody_else_counts_ours()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.Vault.CloseAsync();
        var owner = TpmObject.Owner.WithPassword();
        var foreign = new NvPublic(new TpmHandle(0x0180_4B42), TpmAlgorithm.Sha256, NvAttributes.OwnerRead | NvAttributes.OwnerWrite | NvAttributes.NoDa, default, 8);
        using (var tpm = store.Vault.Tpm.Open())
        {
            tpm.Execute(new NvDefineSpace(owner, default, foreign));
        }

        await store.StartAgainAsync();
        await store.AppendAsync(1);
        await store.CheckpointAsync();
        var (area, _) = store.Parts.Checkpoints.Counter()!.Value;
        Assert.Equal(0x0180_4B43u, area.Index.Value);
        await store.Vault.CloseAsync();
        using (var tpm = store.Vault.Tpm.Open())
        {
            Assert.Equal(foreign.Name, tpm.Execute(new NvReadPublic(foreign.Index)).Name);
            Assert.Throws<TpmException>(() => tpm.Execute(new NvIncrement(owner, area.Object)));
            Assert.Throws<TpmException>(() => tpm.Execute(new NvIncrement(area.Object.WithPassword(), area.Object)));
            Assert.Equal(8, tpm.Execute(new NvRead(owner, area.Object, 8, 0)).Length);
        }
    }
}
