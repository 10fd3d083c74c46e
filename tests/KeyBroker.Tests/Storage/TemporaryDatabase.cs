using KeyBroker.Storage;

namespace KeyBroker.Tests.Storage;

/// <summary>A database in a folder of its own, gone at the end.</summary>
internal sealed class TemporaryDatabase : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keybroker-store-");

    public TemporaryDatabase() => Database = Database.Open(Path);

    public string Path => System.IO.Path.Combine(_folder.FullName, "keybroker.db");

    public Database Database { get; private set; }

    public Task ExecuteAsync(string sql) =>
        Database.WriteAsync(transaction => transaction.Execute(sql), CancellationToken.None);

    public long Count(string table) => Database.Read(
        connection => Dapper.SqlMapper.QuerySingle<long>(connection, $"SELECT COUNT(*) FROM {table}"));

    public async Task ReopenAsync()
    {
        await Database.DisposeAsync();
        Database = Database.Open(Path);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
