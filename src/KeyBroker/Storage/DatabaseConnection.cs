using Microsoft.Data.Sqlite;

namespace KeyBroker.Storage;

/// <summary>A connection as all of the broker's are: commits reach the disk, and what is deleted is overwritten.</summary>
internal static class DatabaseConnection
{
    private const string Settings =
        "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA busy_timeout=5000;";

    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static SqliteConnection Open(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = Settings;
            command.ExecuteNonQuery();
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }
}
