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
    public T Read<T>(Func<IDbConnection, T> query) => With(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        return query(connection);
    });

    /// <summary>Reads with a single statement, which needs no transaction to see one state.</summary>
    /// <exception cref="SqliteException">The database cannot be read; the connection is not used again.</exception>
    public T ReadOnce<T>(Func<IDbConnection, T> query) => With(connection =>
    {
        connection.Transaction = null;
        return query(connection);
    });

    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private T With<T>(Func<PreparedConnection, T> query)
    {
        var connection = _idle.TryTake(out var open) ? open : new PreparedConnection(DatabaseConnection.Open(connectionString));
        var isSound = false;
        try
        {
            var result = query(connection);
            isSound = true;
            return result;
        }
        finally
        {
            Return(connection, isSound);
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
