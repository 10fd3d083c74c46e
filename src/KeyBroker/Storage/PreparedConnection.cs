using System.Data;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace KeyBroker.Storage;

/// <summary>
/// What Dapper sees of a connection that stays open: a statement is compiled when it is first used there, and not at each use,
/// which costs as much as running it. Used by one thread at a time.
/// </summary>
internal sealed class PreparedConnection(SqliteConnection connection) : IDbConnection
{
    private const int MostKept = 64; // More than there are statements; lists of values make some that are used once.
    private readonly Dictionary<string, SqliteCommand> _kept = new(StringComparer.Ordinal);

    /// <summary>The transaction that commands belong to which name none.</summary>
    public SqliteTransaction? Transaction { get; set; }

    [AllowNull]
    public string ConnectionString
    {
        get => connection.ConnectionString;
        set => throw new NotSupportedException();
    }

    public int ConnectionTimeout => connection.ConnectionTimeout;

    public string Database => connection.Database;

    public ConnectionState State => connection.State;

    public SqliteTransaction BeginTransaction(bool deferred) => Transaction = connection.BeginTransaction(deferred);

    public IDbTransaction BeginTransaction() => throw new NotSupportedException();

    public IDbTransaction BeginTransaction(IsolationLevel il) => throw new NotSupportedException();

    public void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public IDbCommand CreateCommand() => new PreparedCommand(this);

    public void Open() => throw new NotSupportedException();

    public void Close() => Dispose();

    public void Dispose()
    {
        foreach (var command in _kept.Values)
        {
            command.Dispose();
        }

        _kept.Clear();
        connection.Dispose();
    }

    /// <summary>Runs a statement without parameters in the transaction of now.</summary>
    internal void Execute(string text)
    {
        using var command = new PreparedCommand(this) { CommandText = text };
        command.ExecuteNonQuery();
    }

    /// <summary>The command of a text, compiled already if it was used here before; the caller's until it is returned.</summary>
    internal SqliteCommand Take(string text)
    {
        if (_kept.Remove(text, out var kept))
        {
            return kept;
        }

        var made = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of this program.
        made.CommandText = text;
#pragma warning restore CA2100
        return made;
    }

    internal void Return(SqliteCommand command)
    {
        command.Parameters.Clear();
        command.Transaction = null;
        if (_kept.Count >= MostKept || !_kept.TryAdd(command.CommandText, command))
        {
            command.Dispose();
        }
    }
}
