using System.Data;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace KeyBroker.Storage;

/// <summary>One use of a compiled statement, with parameters of its own.</summary>
internal sealed class PreparedCommand(PreparedConnection connection) : IDbCommand
{
    private SqliteCommand? _command;
    private SqliteTransaction? _transaction = connection.Transaction;

    /// <summary>To be given before anything else is asked: it decides which statement this is.</summary>
    [AllowNull]
    public string CommandText
    {
        get => _command?.CommandText ?? "";
        set
        {
            Dispose();
            _command = connection.Take(value ?? "");
            _command.Transaction = _transaction;
        }
    }

    public int CommandTimeout
    {
        get => Command.CommandTimeout;
        set => Command.CommandTimeout = value;
    }

    public CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text)
            {
                throw new NotSupportedException();
            }
        }
    }

    public IDbConnection? Connection
    {
        get => connection;
        set => throw new NotSupportedException();
    }

    public IDataParameterCollection Parameters => Command.Parameters;

    public IDbTransaction? Transaction
    {
        get => _transaction;
        set
        {
            _transaction = (SqliteTransaction?)value;
            if (_command is not null)
            {
                _command.Transaction = _transaction;
            }
        }
    }

    public UpdateRowSource UpdatedRowSource
    {
        get => UpdateRowSource.None;
        set => throw new NotSupportedException();
    }

    private SqliteCommand Command => _command ?? throw new InvalidOperationException("a command without text");

    public void Cancel() => Command.Cancel();

    public IDbDataParameter CreateParameter() => Command.CreateParameter();

    public int ExecuteNonQuery() => Command.ExecuteNonQuery();

    public IDataReader ExecuteReader() => Command.ExecuteReader();

    public IDataReader ExecuteReader(CommandBehavior behavior) => Command.ExecuteReader(behavior);

    public object? ExecuteScalar() => Command.ExecuteScalar();

    public void Prepare()
    {
        // Compiled at its first use, and then for good.
    }

    public void Dispose()
    {
        if (_command is { } command)
        {
            _command = null;
            connection.Return(command);
        }
    }
}
