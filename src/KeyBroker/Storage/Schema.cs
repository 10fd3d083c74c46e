using System.Reflection;
using Dapper;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Data.Sqlite;

namespace KeyBroker.Storage;

/// <summary>Forward-only migrations, each in a transaction; a schema newer than the program stops it.</summary>
internal static class Schema
{
    private const string Scripts = "KeyBroker.Storage.Migrations.";

    /// <exception cref="StoreVersionException">The database knows a migration that this program does not.</exception>
    public static void Upgrade(string connectionString)
    {
        UseWriteAheadLog(connectionString);
        var upgrade = DeployChanges.To
            .SqliteDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), IsMigration)
            .WithTransactionPerScript()
            .LogTo(new NoOpUpgradeLog())
            .Build();
        RefuseNewer(upgrade.GetExecutedButNotDiscoveredScripts());
        var result = upgrade.PerformUpgrade();
        if (!result.Successful)
        {
            throw new StoreUnavailableException($"the migration {result.ErrorScript?.Name} failed", result.Error);
        }
    }

    private static bool IsMigration(string resource) => resource.StartsWith(Scripts, StringComparison.Ordinal);

    private static void UseWriteAheadLog(string connectionString)
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        connection.Execute("PRAGMA journal_mode=WAL");
    }

    private static void RefuseNewer(List<string> unknown)
    {
        if (unknown.Count > 0)
        {
            throw new StoreVersionException($"the database has the newer migration {unknown[0]}: use the newer program");
        }
    }
}
