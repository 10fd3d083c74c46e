using System.Collections.Concurrent;
using System.Data;
using Microsoft.Data.Sqlite;

namespace KeyBroker.Storage;

/// <summary>Connections for reading, which stay open between reads: opening one and setting it up costs more than a read.</summary>
internal sealed class DatabaseReaders(string connectionString) : IDisposable
{
    private const int MostIdle = 16;
    private readonly ConcurrentBag<PreparedConnection> _idle = [];
    private volatile bool _isDisposed;

    /// <summary>Reads one consistent state.</summary>
    /// <exception cref="SqliteException">The database cannot be read; the connection is not used again.</exception>
    public T Read<T>(Func<IDbConnection, T> query)
    {
        var connection = _idle.TryTake(out var open) ? open : new PreparedConnection(DatabaseConnection.Open(connectionString));
        var isSound = false;
        try
        {
            using var transaction = connection.BeginTransaction(deferred: true);
            var result = query(connection);
            isSound = true;
            return result;
        }
        finally
        {
            Return(connection, isSound);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private void Return(PreparedConnection connection, bool isSound)
    {
        if (isSound && !_isDisposed && _idle.Count < MostIdle)
        {
            _idle.Add(connection);
        }
        else
        {
            connection.Dispose();
        }
    }
}
