using Dapper;

using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>The waits before destructions, one row each, written often and so kept apart from keys and secrets.</summary>
internal sealed class DestructionStore(Database database, RowMac macs)
{
    private const string Columns = "id AS Id, key AS Key, version AS Version, remaining AS Remaining, tpm_clock AS TpmClock, kind AS Kind, mac AS Mac";

    /// <summary>What is planned, with how much of the wait is left; a row that was edited is found when it is opened.</summary>
    public IReadOnlyList<Listed<DestructionRow>> List() => database.ReadOnce(connection => connection
        .Query<DestructionRow>($"SELECT {Columns} FROM destructions")
        .Select(row => new Listed<DestructionRow>(row.Key, () => row.Check(macs))).ToArray());

    /// <summary>Null where nothing is planned under this id, or somebody else wrote the row.</summary>
    public TimeSpan? Left(string id)
    {
        try
        {
            return database.ReadOnce(connection => connection.QuerySingleOrDefault<DestructionRow>(
                $"SELECT {Columns} FROM destructions WHERE id = @id", new { id }))?.Check(macs).Left;
        }
        catch (StoreIntegrityException)
        {
            return null; // It is never carried out, and says so in the log.
        }
    }

    /// <summary>Plans what the key or secret plans now, and forgets what it planned before and does no more.</summary>
    public void Follow(WriteTransaction transaction, VaultItem before, VaultItem after)
    {
        PendingErasures.Note(transaction, before, after);
        var (past, present) = (ItemDestruction.Of(before).ToList(), ItemDestruction.Of(after).ToList());
        foreach (var (gone, _) in past.Where(old => !present.Exists(kept => kept.Planned.Id == old.Planned.Id)))
        {
            transaction.Execute("DELETE FROM destructions WHERE id = @Id", new { gone.Id });
        }

        foreach (var (planned, version) in present.Where(added => !past.Exists(old => old.Planned.Id == added.Planned.Id)))
        {
            var row = new DestructionRow
            {
                Id = planned.Id,
                Key = after.Name,
                Version = version ?? 0,
                Remaining = (long)planned.After.TotalMilliseconds,
                Kind = after.Kind.Name,
            };
            transaction.Execute(
                "INSERT INTO destructions (id, key, version, remaining, tpm_clock, kind, mac) "
                + "VALUES (@Id, @Key, @Version, @Remaining, @TpmClock, @Kind, @Mac)",
                row.Sign(macs));
        }
    }

    /// <summary>Keeps how much is left; of what was cancelled meanwhile there is no row any more.</summary>
    public Task KeepAsync(IReadOnlyCollection<(DestructionRow Row, TimeSpan Left)> waits, long? tpmClock, CancellationToken cancellation) =>
        database.WriteAsync(
            transaction =>
            {
                foreach (var (row, left) in waits)
                {
                    transaction.Execute(
                        "UPDATE destructions SET remaining = @Remaining, tpm_clock = @TpmClock, mac = @Mac WHERE id = @Id",
                        row.With(left, tpmClock, macs));
                }
            },
            cancellation);
}
