using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Storage;
using KeyBroker.Tpm;
using KeyBroker.TpmAccess;

namespace KeyBroker.Audit;

/// <summary>Makes checkpoints, one at a time, where there is something new.</summary>
internal sealed class CheckpointMaker(
    AuditTree tree, CheckpointStore store, CheckpointSigner signer, CheckpointOrigin origin, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>How many records no checkpoint covers.</summary>
    public long Uncovered => tree.Head().Size - (store.Newest()?.Size ?? 0);

    /// <summary>When the newest was made; null where there is none.</summary>
    public DateTimeOffset? NewestAt => store.Newest() is { } newest ? CheckpointBody.Parse(newest.Body).At : null;

    /// <returns>The newest checkpoint, just made or not; null of an empty log.</returns>
    /// <exception cref="TpmUnavailableException">The TPM does not answer.</exception>
    /// <exception cref="TpmException">The TPM refuses.</exception>
    /// <exception cref="CounterAheadException">Somebody else counted.</exception>
    /// <exception cref="StoreIntegrityException">The log was changed outside the broker.</exception>
    public async Task<SignedCheckpoint?> MakeAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var newest = await FinishAsync(cancellation);
            RefuseShorter(newest);
            var head = tree.Head();
            if (head.Size == 0 || head.Size == newest?.Size)
            {
                return newest is null ? null : Signed(newest);
            }

            var root = await tree.ExtendAsync(head.Size, cancellation);
            return Signed(await signer.SignAsync(await BodyAsync(head, root, cancellation), cancellation));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The newest; null where there is none.</summary>
    public SignedCheckpoint? Newest() => store.Newest() is { } newest ? Signed(newest) : null;

    /// <summary>A row with the key that signed it.</summary>
    public SignedCheckpoint Signed(CheckpointRow row) => row.ToSigned(signer.SignerArea);

    public void Dispose() => _one.Dispose();

    /// <summary>What the TPM signs next goes on from what it signed last.</summary>
    private void RefuseShorter(CheckpointRow? newest)
    {
        if (newest is not null && !tree.GoesOnFrom(newest))
        {
            throw new StoreIntegrityException($"the audit log is not the one that its checkpoint over {newest.Size} records is of");
        }
    }

    private async Task<CheckpointRow?> FinishAsync(CancellationToken cancellation) =>
        store.Ends() is { Pending: { } pending } ? await signer.FinishAsync(pending, cancellation) : store.Newest();

    private async Task<CheckpointBody> BodyAsync(LogHead head, byte[] root, CancellationToken cancellation) => new()
    {
        Origin = origin.Text,
        Size = head.Size,
        Root = root,
        Chain = head.Chain,
        Counter = await signer.NextAsync(cancellation),
        At = clock.GetUtcNow(),
    };
}
