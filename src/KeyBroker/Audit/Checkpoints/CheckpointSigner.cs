using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.TpmAccess;

namespace KeyBroker.Audit;

/// <summary>
/// The intended checkpoint, durable, then the TPM, then the checkpoint: whatever ends in between, what the counter says and
/// what the database says differ by one at most, and the next one finishes it.
/// </summary>
internal sealed class CheckpointSigner(AuditCounter counter, CheckpointStore store)
{
    private NvPublic? _area;

    /// <summary>TPM2B_PUBLIC of the key that signs.</summary>
    public byte[] SignerArea => counter.SignerArea.ToSizedBytes();

    /// <summary>Makes the counter where it was not made yet.</summary>
    /// <returns>The value that the next checkpoint is to have.</returns>
    /// <exception cref="TpmUnavailableException">The TPM has no room for it, or does not answer.</exception>
    /// <exception cref="TpmException">The TPM refuses it.</exception>
    public async Task<long> NextAsync(CancellationToken cancellation)
    {
        var first = store.Counter() is { First: { } known } pinned ? Pin(pinned.Area, known) : await MakeAsync(cancellation);
        var (newest, pending) = store.Ends();
        return Math.Max(first, Math.Max(newest?.Counter ?? 0, pending?.Counter ?? 0)) + 1;
    }

    public async Task<CheckpointRow> SignAsync(CheckpointBody body, CancellationToken cancellation)
    {
        await store.IntendAsync(body, cancellation);
        return await FinishAsync(new CheckpointRow { Counter = body.Counter, Size = body.Size, Body = body.ToString() }, cancellation);
    }

    /// <summary>Signs what is intended.</summary>
    public async Task<CheckpointRow> FinishAsync(CheckpointRow intended, CancellationToken cancellation)
    {
        var area = _area ?? store.Counter()!.Value.Area;
        var signed = await counter.CertifyAsync(area, intended.Counter, CheckpointBody.QualifyingData(intended.Body), cancellation);
        var row = new CheckpointRow
        {
            Counter = intended.Counter,
            Size = intended.Size,
            Body = intended.Body,
            Area = area.ToBytes(),
            Attest = signed.Attest,
            Signature = signed.Signature.ToBytes(),
        };
        await store.CompleteAsync(row, CancellationToken.None);
        return row;
    }

    private long Pin(NvPublic area, long first)
    {
        _area = area;
        return first;
    }

    /// <summary>That a counter is to be made is written down first: one that is there without that was made with a later database.</summary>
    private async Task<long> MakeAsync(CancellationToken cancellation)
    {
        var (area, _) = await counter.FindAsync(cancellation);
        if (area is null)
        {
            throw new TpmUnavailableException($"no NV index from {counter.FirstIndex} on is free for the audit counter: free one with tpm2_nvundefine");
        }

        await store.SaveCounterAsync(area, null, cancellation);
        var (made, value) = await counter.MakeAsync(area, cancellation);
        await store.SaveCounterAsync(made, value, CancellationToken.None);
        return Pin(made, value);
    }
}
