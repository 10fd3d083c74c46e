using System.Data;
using Dapper;

namespace KeyBroker.Storage;

/// <summary>One unit of work inside a commit; undone alone if it throws.</summary>
internal sealed class WriteTransaction(IDbConnection connection, IDbTransaction transaction)
{
    public IDbConnection Connection { get; } = connection;

    public IDbTransaction Transaction { get; } = transaction;

    /// <summary>See <see cref="Database.Round"/>.</summary>
    public required long Round { get; init; }

    /// <summary>Runs one statement and returns the number of rows it changed.</summary>
    public int Execute(string sql, object? parameters = null) => Connection.Execute(sql, parameters, Transaction);

    public T? QuerySingle<T>(string sql, object? parameters = null) =>
        Connection.QuerySingleOrDefault<T>(sql, parameters, Transaction);

    public IEnumerable<T> Query<T>(string sql, object? parameters = null) =>
        Connection.Query<T>(sql, parameters, Transaction);
}
