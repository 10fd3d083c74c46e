using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Storage;

/// <summary>
/// Empties the write-ahead log, which holds pages as they were before, and looks whether that was all. SQLite overwrites what
/// it frees, but perhaps not what it left behind when it moved rows between pages; then the file is written anew.
/// </summary>
internal static class DatabaseErasure
{
    public static bool Erase(string connectionString, SafeFileHandle file, TraceMarks wanted)
    {
        try
        {
            using var connection = DatabaseConnection.Open(connectionString);
            if (!EmptyLog(connection))
            {
                return false;
            }

            if (!FileTraces.Remain(wanted, file))
            {
                return true;
            }

            connection.Execute("VACUUM");
            return EmptyLog(connection) && !FileTraces.Remain(wanted, file);
        }
        catch (SqliteException)
        {
            return false; // Busy, or full: nothing is lost, and the next try may do.
        }
    }

    /// <summary>The first column says whether others were in the way.</summary>
    private static bool EmptyLog(SqliteConnection connection) =>
        connection.QueryFirst<long>("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
}
