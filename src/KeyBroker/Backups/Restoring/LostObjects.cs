using Dapper;
using KeyBroker.Storage;
using KeyBroker.Vault;

namespace KeyBroker.Backups.Restoring;

/// <summary>Lists by name what cannot be used because the root stays closed; no row is believed for more than its name.</summary>
internal sealed class LostObjects(Database database, CheckReport report)
{
    public void List()
    {
        var reason = report.TpmProblem!;
        report.Keys.AddRange(Names(
            "SELECT k.name AS Name, v.version AS Version FROM keys k JOIN key_versions v ON v.key_id = k.id "
            + $"WHERE v.state <> '{KeyVersionState.Destroyed}' ORDER BY k.name, v.version", reason));
        report.Secrets.AddRange(Names(
            "SELECT s.name AS Name, v.version AS Version FROM secrets s JOIN secret_versions v ON v.secret_id = s.id "
            + $"WHERE v.state <> '{KeyVersionState.Destroyed}' ORDER BY s.name, v.version", reason));
        report.SigningKeys.AddRange(Names("SELECT use || ' ' || kid AS Name, 1 AS Version FROM signing_keys ORDER BY not_before", reason));
    }

    private IEnumerable<Verdict> Names(string sql, string reason) => database
        .Read(connection => connection.Query<(string Name, long Version)>(sql).ToArray())
        .Select(row => new Verdict(row.Name, row.Version, reason));
}
