using System.Text;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Storage;
using KeyBroker.TpmAccess;
using Xunit;

namespace KeyBroker.Tests.Audit;

/// <summary>[AUD-6] to [AUD-9] The tree over stored records, its proofs, and checkpoints that a TPM signed.</summary>
public sealed class AuditTreeTests
{
    [Fact]
    public async Task Every_record_and_every_two_checkpoints_are_proven_whatever_the_sizes()
    {
        await using var store = await AuditedStore.StartAsync();
        var checkpoints = new List<CheckpointBody>();
        foreach (var more in new[] { 1, 1, 253, 1, 1, 255, 300, 213, 1 })
        {
            await store.AppendAsync(more);
            checkpoints.Add((await store.CheckpointAsync()).Check().Body);
        }

        var (newest, records) = (checkpoints[^1], store.Parts.Log.List(0, 2000));
        Assert.Equal(1026, newest.Size);
        Assert.Equal(MerkleFrontier.RootOf(records.Select(entry => MerkleHash.Leaf(Encoding.UTF8.GetBytes(entry.Record)))), newest.Root);
        foreach (var entry in records.Where(entry => entry.Sequence % 7 == 0 || entry.Sequence > 1000 || entry.Sequence < 5))
        {
            foreach (var over in checkpoints.Where(over => over.Size >= entry.Sequence))
            {
                var leaf = MerkleHash.Leaf(Encoding.UTF8.GetBytes(entry.Record));
                var path = store.Parts.Tree.Inclusion(entry.Sequence, over.Size);
                Assert.True(MerkleProof.ShowsInclusion((entry.Sequence - 1, over.Size), leaf, path, over.Root));
                Assert.False(MerkleProof.ShowsInclusion((entry.Sequence, over.Size), leaf, path, over.Root));
            }
        }

        foreach (var from in checkpoints)
        {
            foreach (var to in checkpoints.Where(to => to.Size >= from.Size))
            {
                var path = store.Parts.Tree.Consistency(from.Size, to.Size);
                Assert.True(MerkleProof.ShowsConsistency((from.Size, from.Root), (to.Size, to.Root), path));
            }
        }
    }

    [Fact]
    public async Task A_checkpoint_is_made_only_where_something_is_new_and_counts_by_one()
    {
        await using var store = await AuditedStore.StartAsync();
        Assert.Null(await store.Parts.Maker.MakeAsync(CancellationToken.None));
        await store.AppendAsync(2);
        var first = await store.CheckpointAsync();
        Assert.Equal(first.Text, (await store.CheckpointAsync()).Text);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await store.AppendAsync(1);
            return (await store.CheckpointAsync()).Check().Body.Counter;
        }));
        Assert.Equal(all.Max(), first.Check().Body.Counter + all.Distinct().Count());
        Assert.Null(AuditedStore.Verify(store.Export()).Fault);
    }

    [Fact]
    public async Task Not_a_bit_of_a_checkpoint_can_be_changed()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(2);
        var good = await store.CheckpointAsync();
        foreach (var part in new (byte[] Bytes, Func<byte[], SignedCheckpoint> With)[]
        {
            (good.Attest, bytes => good with { Attest = bytes }), (good.Signature, bytes => good with { Signature = bytes }),
            (good.Counter, bytes => good with { Counter = bytes }), (good.AttestationKey, bytes => good with { AttestationKey = bytes }),
            (Encoding.Latin1.GetBytes(good.Text), bytes => good with { Text = Encoding.Latin1.GetString(bytes) }),
        })
        {
            for (var bit = 0; bit < part.Bytes.Length * 8; bit++)
            {
                var changed = part.Bytes.ToArray();
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.Throws<CheckpointException>(() => part.With(changed).Check());
            }
        }
    }

    [Fact]
    public async Task Without_the_tpm_a_checkpoint_is_late_and_the_log_goes_on()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(2);
        await store.Vault.Tpm.KillAsync();
        await Assert.ThrowsAnyAsync<TpmUnavailableException>(() => store.CheckpointAsync());
        await store.AppendAsync(2);
        await store.Vault.Tpm.ResetAsync();
        await Task.Delay(300, TestContext.Current.CancellationToken); // The worker's pause before it tries again.
        Assert.Equal(4, (await store.CheckpointAsync()).Check().Body.Size);
        Assert.Null(AuditedStore.Verify(store.Export()).Fault);
    }

    [Fact]
    public async Task A_log_that_was_edited_is_not_signed()
    {
        await using var store = await AuditedStore.StartAsync();
        await store.AppendAsync(20);
        store.Execute("UPDATE audit SET record = replace(record, 'done', 'gone') WHERE seq = 7");

        var refused = await Assert.ThrowsAsync<StoreIntegrityException>(() => store.CheckpointAsync());
        Assert.Contains("at record 7", refused.Message, StringComparison.Ordinal);
    }
}
