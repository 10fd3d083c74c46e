using Dapper;
using KeyBroker.Attestations;
using KeyBroker.Audit;
using KeyBroker.Enrollments;
using KeyBroker.Storage;
using KeyBroker.Vault;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KeyBroker.Tests.Storage;

/// <summary>A database of an earlier version is taken over: the MACs of its rows hold.</summary>
public sealed class UpgradeTests : IDisposable
{
    private const string Scripts = "KeyBroker.Storage.Migrations.";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-upgrade-");
    private readonly RowMac _mac = new(new byte[32]);

    private string Store => Path.Combine(_folder.FullName, "keybroker.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(0, null)]
    [InlineData(2, "sold")]
    public async Task Rows_of_the_second_schema_are_as_good_as_ever(int epoch, string? reason)
    {
        object?[] machine = ["sha256-1", "web-1", null, null, "pre-registered", "active", "{}", 7L, 3L, 1000L, 0L];
        object?[] attestation = ["jti-1", "sha256-1", "digest", "jkt", null, """{"sha256":{"7":"17"}}""", 7L, 3L, 1000L, 2000L, """["web-tier"]"""];
        var machineMac = _mac.Compute("machines", epoch == 0 && reason is null ? machine : [.. machine, (long)epoch, reason]);
        var attestationMac = _mac.Compute("attestations", epoch == 0 ? attestation : [.. attestation, (long)epoch]);
        using (var old = OpenSecondSchema())
        {
            old.Execute(
                "INSERT INTO machines (id, name, ek_public, ak_public, trust, status, labels, reset_count, restart_count, created_at, re_enroll, epoch, revoke_reason, mac) "
                + "VALUES ('sha256-1', 'web-1', NULL, NULL, 'pre-registered', 'active', '{}', 7, 3, 1000, 0, @epoch, @reason, @machineMac)",
                new { epoch, reason, machineMac });
            old.Execute(
                "INSERT INTO attestations (jti, machine, policy_digest, cnf_jkt, enc_jwk, measurements, reset_count, restart_count, issued_at, expires_at, decision, epoch, mac) "
                + "VALUES ('jti-1', 'sha256-1', 'digest', 'jkt', NULL, @measured, 7, 3, 1000, 2000, @decision, @epoch, @attestationMac)",
                new { measured = attestation[5], decision = attestation[10], epoch, attestationMac });
            old.Execute("INSERT INTO enrollments (id, machine, name, ek_public, ak_public, secret_hash, expires_at, state) VALUES ('e', '', '', '', '', '', 1, 'open')");
        }

        await using var database = Database.Open(Store);
        var known = database.Read(connection => new MachineRecords(_mac).Find(connection, "sha256-1"))!;
        Assert.Equal((reason, epoch, false, null), (known.RevokeReason, known.Epoch, known.Registered, known.Tpm));
        var stored = database.Read(connection => new AttestationRecords(_mac).Find(connection, "jti-1"))!;
        Assert.Equal((false, null), (stored.IsDenied, stored.EventLogDigest));
        Assert.Equal(["web-tier"], stored.Policies);
        Assert.Equal(0, database.Read(connection => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM enrollments")));
    }

    [Fact]
    public async Task The_last_use_of_before_is_found_without_looking_through_the_log()
    {
        using (var old = OpenSecondSchema())
        {
            foreach (var (seq, op, outcome, machine) in new[]
            {
                (1, "key.sign", "done", "sha256-1"), (2, "key.sign", "done", "sha256-2"), (3, "key.read", "done", "sha256-3"),
                (4, "key.sign", "denied", "sha256-4"), (5, "key.rotate", "done", null),
            })
            {
                var of = machine is null ? "" : $"\"machine\":\"{machine}\",";
                old.Execute(
                    "INSERT INTO audit (seq, at, record, previous, hash) VALUES (@seq, 1, @record, x'00', x'00')",
                    new { seq, record = $$"""{{{of}}"op":"{{op}}","outcome":"{{outcome}}","resource":"keys/web/old","seq":{{seq}}}""" });
            }
        }

        await using var database = Database.Open(Store);
        var uses = new LastUses(database);
        Assert.Equal(2, uses.Find("keys/web/old")!.Sequence);
        Assert.Null(uses.Find("keys/web/new"));
        await database.WriteAsync(transaction => LastUses.Note(transaction, "keys/web/old", 5), TestContext.Current.CancellationToken);
        Assert.Equal(5, uses.Find("keys/web/old")!.Sequence);
    }

    [Fact]
    public async Task A_key_of_the_second_schema_is_as_good_as_ever_and_changes_like_any_other()
    {
        object?[] key = ["web/old", "id", "aes-256", "sealed", "local", """["encrypt","decrypt"]""", 0L, "{}", 1L, "active", 1000L, "sha256-1"];
        object?[] version = ["id", 1L, "active", "p"u8.ToArray(), "s"u8.ToArray(), null, "c"u8.ToArray(), "h"u8.ToArray(), "t"u8.ToArray(), "home", 1000L];
        using (var old = OpenSecondSchema())
        {
            old.Execute(
                "INSERT INTO keys (name, id, type, protection, residence, operations, exportable, labels, primary_version, state, created_at, created_by, mac) "
                + "VALUES ('web/old', 'id', 'aes-256', 'sealed', 'local', @operations, 0, '{}', 1, 'active', 1000, 'sha256-1', @mac)",
                new { operations = key[5], mac = _mac.Compute("keys", key) });
            old.Execute(
                "INSERT INTO key_versions (key_id, version, state, public, private, public_jwk, creation_data, creation_hash, creation_ticket, home, created_at, mac) "
                + "VALUES ('id', 1, 'active', @p, @s, NULL, @c, @h, @t, 'home', 1000, @mac)",
                new { p = version[3], s = version[4], c = version[6], h = version[7], t = version[8], mac = _mac.Compute("key_versions", version) });
        }

        await using var database = Database.Open(Store);
        var store = new KeyStore(database, _mac, new Revisions());
        var known = store.Find("web/old")!;
        Assert.Equal((0, 1, new ItemLife()), (known.Revision, known.PrimaryVersion, known.Life));
        await database.WriteAsync(transaction => store.Update(transaction, known, ItemChanges.Suspend(known, 1)), TestContext.Current.CancellationToken);
        var changed = store.Find("web/old")!;
        Assert.Equal((1, "suspended", "active"), (changed.Revision, changed.Primary.State, changed.Primary.Life.ResumesTo));
        database.ReadOnce(connection => connection.Execute("UPDATE keys SET revision = 0, life = NULL"));
        Assert.Throws<StoreIntegrityException>(() => store.Find("web/old"));
    }

    /// <summary>LIF-26.</summary>
    [Fact]
    public async Task A_secret_of_the_second_schema_has_states_by_its_versions_and_changes_like_any_other()
    {
        object?[] secret = ["web/old", "id", 1000L, "sha256-1", "{}"];
        using (var old = OpenSecondSchema())
        {
            old.Execute(
                "INSERT INTO secrets (name, id, created_at, created_by, labels, mac) VALUES ('web/old', 'id', 1000, 'sha256-1', '{}', @mac)",
                new { mac = _mac.Compute("secrets", secret) });
            foreach (var number in new[] { 1L, 2L })
            {
                object?[] version = ["id", number, "p"u8.ToArray(), "s"u8.ToArray(), null, 1000L, "c"u8.ToArray(), "h"u8.ToArray(), "t"u8.ToArray()];
                old.Execute(
                    "INSERT INTO secret_versions (secret_id, version, public, private, creation_data, creation_hash, creation_ticket, created_at, mac) "
                    + "VALUES ('id', @number, @p, @s, @c, @h, @t, 1000, @mac)",
                    new { number, p = version[2], s = version[3], c = version[6], h = version[7], t = version[8], mac = _mac.Compute("secret_versions", version) });
            }
        }

        await using var database = Database.Open(Store);
        var store = new SecretStore(database, _mac, new Revisions());
        var known = store.Find("web/old")!;
        Assert.Equal((0, "active", new ItemLife()), (known.Revision, known.State, known.Life));
        Assert.Equal(["deactivated", "active"], known.Versions.Select(version => version.State));
        await database.WriteAsync(transaction => store.Update(transaction, known, ItemChanges.Suspend(known, 2)), TestContext.Current.CancellationToken);
        var changed = store.Find("web/old")!;
        Assert.Equal((1, "suspended", "active"), (changed.Revision, changed.Newest.State, changed.Newest.Life.ResumesTo));
        database.ReadOnce(connection => connection.Execute("UPDATE secret_versions SET state = '', life = NULL"));
        Assert.Throws<StoreIntegrityException>(() => store.Find("web/old"));
    }

    private SqliteConnection OpenSecondSchema()
    {
        var connection = new SqliteConnection($"Data Source={Store};Pooling=False");
        connection.Open();
        connection.Execute("CREATE TABLE SchemaVersions (SchemaVersionID INTEGER CONSTRAINT 'PK_SchemaVersions_SchemaVersionID' PRIMARY KEY AUTOINCREMENT NOT NULL, ScriptName TEXT NOT NULL, Applied DATETIME NOT NULL)");
        foreach (var script in new[] { "0001_trunk.sql", "0002_breadth.sql" })
        {
            using var reader = new StreamReader(typeof(Database).Assembly.GetManifestResourceStream(Scripts + script)!);
            connection.Execute(reader.ReadToEnd());
            connection.Execute("INSERT INTO SchemaVersions (ScriptName, Applied) VALUES (@name, '2026-01-01')", new { name = Scripts + script });
        }

        return connection;
    }
}
