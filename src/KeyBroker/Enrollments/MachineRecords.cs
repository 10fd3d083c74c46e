using System.Data;
using System.Text.Json;
using Dapper;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Storage;

namespace KeyBroker.Enrollments;

/// <summary>The machines table; every row carries a MAC, and none is believed without it.</summary>
internal sealed class MachineRecords(RowMac mac)
{
    private const string Table = "machines";
    private const string Columns =
        "id, name, ek_public, ak_public, trust, status, labels, reset_count, restart_count, created_at, mac, re_enroll, epoch, revoke_reason";

    public Machine? Find(IDbConnection connection, string id, IDbTransaction? transaction = null) =>
        connection.QuerySingleOrDefault<Row>($"SELECT {Columns} FROM machines WHERE id = @id", new { id }, transaction)
            is { } row ? Checked(row) : null;

    public Machine? Find(WriteTransaction transaction, string id) => Find(transaction.Connection, id, transaction.Transaction);

    /// <summary>The machines after an id, in the order of their ids, each under its id.</summary>
    public IReadOnlyList<Listed<Machine>> List(IDbConnection connection, string after, int limit) =>
        [.. connection.Query<Row>(
            $"SELECT {Columns} FROM machines WHERE id > @after ORDER BY id LIMIT @limit", new { after, limit })
            .Select(row => new Listed<Machine>(row.Id, () => Checked(row)))];

    /// <summary>True when another machine holds this name: an active one, or one that an administrator registered under it.</summary>
    public static bool NameIsTaken(IDbConnection connection, string name, string exceptId, IDbTransaction? transaction = null) =>
        connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM machines WHERE name = @name AND id <> @exceptId AND status IN ('active', 'registered')",
            new { name, exceptId }, transaction) > 0;

    /// <summary>Writes the whole row, new or not.</summary>
    public void Save(WriteTransaction transaction, Machine machine)
    {
        var row = Row.Of(machine);
        row.Mac = mac.Compute(Table, row.Fields);
        transaction.Execute(
            $"""
             INSERT INTO machines ({Columns})
             VALUES (@Id, @Name, @Ek_Public, @Ak_Public, @Trust, @Status, @Labels, @Reset_Count, @Restart_Count, @Created_At, @Mac, @Re_Enroll, @Epoch, @Revoke_Reason)
             ON CONFLICT (id) DO UPDATE SET
                 name = excluded.name, ek_public = excluded.ek_public, ak_public = excluded.ak_public, trust = excluded.trust,
                 status = excluded.status, labels = excluded.labels, reset_count = excluded.reset_count,
                 restart_count = excluded.restart_count, mac = excluded.mac, re_enroll = excluded.re_enroll,
                 epoch = excluded.epoch, revoke_reason = excluded.revoke_reason
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

    private Machine Checked(Row row)
    {
        mac.Verify(Table, row.Mac, row.Fields);
        return row.ToMachine();
    }

#pragma warning disable CA1707 // Members are named after the columns.
    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public byte[]? Ek_Public { get; set; }

        public byte[]? Ak_Public { get; set; }

        public string? Trust { get; set; }

        public string Status { get; set; } = "";

        public string Labels { get; set; } = "{}";

        public long? Reset_Count { get; set; }

        public long? Restart_Count { get; set; }

        public long Created_At { get; set; }

        public byte[] Mac { get; set; } = [];

        public long Re_Enroll { get; set; }

        public long Epoch { get; set; }

        public string? Revoke_Reason { get; set; }

        // Rows of the first schema have neither epoch nor reason, and their MACs hold.
        public object?[] Fields =>
        [
            Id, Name, Ek_Public, Ak_Public, Trust, Status, Labels, Reset_Count, Restart_Count, Created_At, Re_Enroll,
            .. Epoch == 0 && Revoke_Reason is null ? Array.Empty<object?>() : [Epoch, Revoke_Reason],
        ];

        public static Row Of(Machine machine) => new()
        {
            Id = machine.Id,
            Name = machine.Name,
            Ek_Public = machine.EkPublic,
            Ak_Public = machine.AkPublic,
            Trust = machine.Trust,
            Status = machine.Status,
            Labels = JsonSerializer.Serialize(machine.Labels),
            Reset_Count = machine.Boot?.ResetCount,
            Restart_Count = machine.Boot?.RestartCount,
            Created_At = machine.CreatedAt.ToUnixTimeMilliseconds(),
            Re_Enroll = machine.MayReEnroll ? 1 : 0,
            Epoch = machine.Epoch,
            Revoke_Reason = machine.RevokeReason,
        };

        public Machine ToMachine() => new(Id, Name, Status, DateTimeOffset.FromUnixTimeMilliseconds(Created_At))
        {
            EkPublic = Ek_Public,
            AkPublic = Ak_Public,
            Trust = Trust,
            Labels = JsonSerializer.Deserialize<Dictionary<string, string>>(Labels)!,
            Boot = Reset_Count is { } reset && Restart_Count is { } restart
                ? new BootCounters(checked((uint)reset), checked((uint)restart))
                : null,
            MayReEnroll = Re_Enroll != 0,
            Epoch = checked((int)Epoch),
            RevokeReason = Revoke_Reason,
        };
    }
#pragma warning restore CA1707
}
