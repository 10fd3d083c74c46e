using KeyBroker.Storage;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>Counts the waits down, and says which are over.</summary>
internal sealed partial class Destructions(
    DestructionStore waits, VaultItems items, TpmWorker worker, TimeProvider clock, ILogger<Destructions> log)
{
    private readonly DestructionClock _clock = new(clock);

    /// <summary>Takes from every wait what has passed, and keeps it; a wait under a legal hold stands still.</summary>
    /// <returns>What is due.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be kept; nothing is due before it is.</exception>
    public async Task<IReadOnlyList<DestructionRow>> CountDownAsync(CancellationToken cancellation)
    {
        var rows = waits.List().Select(Open).OfType<DestructionRow>().ToList();
        _clock.ForgetAllBut(rows.Select(row => row.Id).ToHashSet(StringComparer.Ordinal));
        if (rows.Count == 0)
        {
            return [];
        }

        var tpmClock = await ReadTpmClockAsync(cancellation);
        var left = rows.Select(row => (Row: row, Left: LeftOf(row, tpmClock))).ToList();
        await waits.KeepAsync(left, tpmClock, cancellation);
        return [.. left.Where(wait => wait.Left <= TimeSpan.Zero && !IsHeld(wait.Row)).Select(wait => wait.Row)];
    }

    private TimeSpan LeftOf(DestructionRow row, long? tpmClock)
    {
        var passed = _clock.Passed(row, tpmClock);
        var left = IsHeld(row) ? row.Left : row.Left - passed;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Also where the item's own row was edited: who knows what it said.</summary>
    private bool IsHeld(DestructionRow row)
    {
        try
        {
            return items.Find(row.Of, row.Key)?.Life.Hold is not null;
        }
        catch (StoreIntegrityException)
        {
            return true;
        }
    }

    private DestructionRow? Open(Listed<DestructionRow> listed)
    {
        try
        {
            return listed.Open();
        }
        catch (StoreIntegrityException)
        {
            Edited(listed.Name);
            return null;
        }
    }

    /// <summary>Null where the TPM does not answer: then the next start counts nothing for the time before it.</summary>
    private async Task<long?> ReadTpmClockAsync(CancellationToken cancellation)
    {
        try
        {
            return await worker.RunAsync(scope => checked((long)scope.ReadClock()), cancellation, TpmPriority.Bulk);
        }
        catch (TpmUnavailableException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "the destruction of {Key} is not counted down: its row was changed outside the broker")]
    private partial void Edited(string key);
}
