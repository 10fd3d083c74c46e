using System.Data;
using Dapper;
using KeyBroker.Storage;

namespace KeyBroker.Enrollments;

/// <summary>The machines table; every row carries a MAC, and none is believed without it.</summary>
internal sealed class MachineRecords(RowMac mac)
{
    private const string Table = "machines";

    /// <summary>When which machine was written.</summary>
    public MachineRounds Rounds { get; } = new();

    public Machine? Find(IDbConnection connection, string id, IDbTransaction? transaction = null) =>
        connection.QuerySingleOrDefault<MachineRow>($"SELECT {MachineRow.Columns} FROM machines WHERE id = @id", new { id }, transaction)
            is { } row ? Checked(row) : null;

    public Machine? Find(WriteTransaction transaction, string id) => Find(transaction.Connection, id, transaction.Transaction);

    /// <summary>The machines after an id, in the order of their ids, each under its id.</summary>
    public IReadOnlyList<Listed<Machine>> List(IDbConnection connection, string after, int limit) =>
        [.. connection.Query<MachineRow>(
            $"SELECT {MachineRow.Columns} FROM machines WHERE id > @after ORDER BY id LIMIT @limit", new { after, limit })
            .Select(row => new Listed<Machine>(row.Id, () => Checked(row)))];

    /// <summary>True when another machine holds this name: an active one, or one that an administrator registered under it.</summary>
    public static bool NameIsTaken(IDbConnection connection, string name, string exceptId, IDbTransaction? transaction = null) =>
        connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM machines WHERE name = @name AND id <> @exceptId AND status IN ('active', 'registered')",
            new { name, exceptId }, transaction) > 0;

    /// <summary>Writes the whole row, new or not.</summary>
    public void Save(WriteTransaction transaction, Machine machine)
    {
        Rounds.Note(machine.Id, transaction.Round);
        var row = MachineRow.Of(machine);
        row.Mac = mac.Compute(Table, row.Fields);
        transaction.Execute(
            $"""
             INSERT INTO machines ({MachineRow.Columns})
             VALUES (@Id, @Name, @Ek_Public, @Ak_Public, @Trust, @Status, @Labels, @Reset_Count, @Restart_Count, @Created_At, @Mac, @Re_Enroll, @Epoch, @Revoke_Reason,
                 @Registered, @Manufacturer, @Model, @Firmware, @Ek_Issuer, @Ek_Serial)
             ON CONFLICT (id) DO UPDATE SET
                 name = excluded.name, ek_public = excluded.ek_public, ak_public = excluded.ak_public, trust = excluded.trust,
                 status = excluded.status, labels = excluded.labels, reset_count = excluded.reset_count,
                 restart_count = excluded.restart_count, mac = excluded.mac, re_enroll = excluded.re_enroll,
                 epoch = excluded.epoch, revoke_reason = excluded.revoke_reason, registered = excluded.registered,
                 manufacturer = excluded.manufacturer, model = excluded.model, firmware = excluded.firmware,
                 ek_issuer = excluded.ek_issuer, ek_serial = excluded.ek_serial
             """,
            row);
    }

    /// <summary>Pending machines are bounded in age and number; the oldest leave.</summary>
    public static void PrunePending(WriteTransaction transaction, DateTimeOffset olderThan, int limit) => transaction.Execute(
        """
        DELETE FROM machines WHERE status = 'pending' AND (created_at < @olderThan OR id IN (
            SELECT id FROM machines WHERE status = 'pending' ORDER BY created_at DESC, id LIMIT -1 OFFSET @limit))
        """,
        new { olderThan = olderThan.ToUnixTimeMilliseconds(), limit });

    /// <summary>
    /// VER-32. Callers that a remote verifier vouched for once, and nobody labelled or revoked, leave with the last attestation
    /// that is kept of them: nothing is forgotten that a token or a decision could rest on.
    /// </summary>
    public static void SweepVouched(WriteTransaction transaction, DateTimeOffset olderThan) => transaction.Execute(
        """
        DELETE FROM machines WHERE id >= 'verifier:' AND id < 'verifier;' AND status = 'active' AND labels = '{}' AND epoch = 0
            AND created_at < @olderThan AND NOT EXISTS (SELECT 1 FROM attestations WHERE machine = machines.id)
        """,
        new { olderThan = olderThan.ToUnixTimeMilliseconds() });

    private Machine Checked(MachineRow row)
    {
        mac.Verify(Table, row.Mac, row.Fields);
        return row.ToMachine();
    }
}
