using Dapper;
using KeyBroker.Storage;
using Xunit;

namespace KeyBroker.Tests.Storage;

public sealed class DatabaseTests
{
    private const string InsertMeta = "INSERT INTO meta (name, value) VALUES (@name, x'00')";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_of_many_at_once_are_all_there_after_reopening()
    {
        await using var store = new TemporaryDatabase();
        await Task.WhenAll(Enumerable.Range(0, 500).Select(number => store.Database.WriteAsync(
            transaction => transaction.Execute(InsertMeta, new { name = $"row-{number}" }), Cancellation)));

        await store.ReopenAsync();

        Assert.Equal(500, store.Count("meta"));
    }

    [Fact]
    public async Task A_write_that_waits_for_others_is_durable_whether_they_come_or_not()
    {
        await using var store = new TemporaryDatabase();
        store.Database.MoreIsComing = () => true;
        Task Insert(string name) => store.Database.WriteAsync(transaction => transaction.Execute(InsertMeta, new { name }), Cancellation);
        await Insert("alone");
        Assert.Equal(1, store.Count("meta"));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Insert($"row-{number}")));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Insert("alone"));

        await store.ReopenAsync();

        Assert.Equal(41, store.Count("meta"));
    }

    [Fact]
    public async Task A_statement_that_failed_is_as_good_as_new_at_its_next_use()
    {
        await using var store = new TemporaryDatabase();
        Task Insert(string name) => store.Database.WriteAsync(transaction => transaction.Execute(InsertMeta, new { name }), Cancellation);
        await Insert("first");
        for (var again = 0; again < 3; again++)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Insert("first"));
            await Insert($"other-{again}");
        }

        Assert.Equal(4, store.Count("meta"));
    }

    [Fact]
    public async Task A_write_that_throws_undoes_itself_alone()
    {
        await using var store = new TemporaryDatabase();
        var writes = Enumerable.Range(0, 100).Select(number => store.Database.WriteAsync(
            transaction =>
            {
                transaction.Execute(InsertMeta, new { name = $"row-{number}" });
                return number % 2 == 0 ? number : throw new InvalidDataException("odd");
            },
            Cancellation)).ToArray();

        foreach (var (write, number) in writes.Select((write, number) => (write, number)))
        {
            if (number % 2 == 0)
            {
                Assert.Equal(number, await write);
            }
            else
            {
                await Assert.ThrowsAsync<InvalidDataException>(() => write);
            }
        }

        Assert.Equal(50, store.Count("meta"));
    }

    [Fact]
    public async Task A_write_is_seen_from_another_connection_once_it_is_acknowledged()
    {
        await using var store = new TemporaryDatabase();
        for (var number = 0; number < 20; number++)
        {
            await store.Database.WriteAsync(t => t.Execute(InsertMeta, new { name = $"row-{number}" }), Cancellation);
            Assert.Equal(number + 1, store.Count("meta"));
        }
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("foreign_keys", "1")]
    [InlineData("secure_delete", "1")]
    public async Task Connections_are_durable_and_strict(string pragma, string expected)
    {
        await using var store = new TemporaryDatabase();

        var written = await store.Database.WriteAsync(t => t.QuerySingle<string>($"PRAGMA {pragma}"), Cancellation);
        var read = store.Database.Read(connection => connection.QuerySingle<string>($"PRAGMA {pragma}"));

        Assert.Equal((expected, expected), (written, read));
    }

    [Fact]
    public async Task Files_are_for_their_owner_only()
    {
        await using var store = new TemporaryDatabase();
        await store.ExecuteAsync("INSERT INTO meta (name, value) VALUES ('a', x'00')");

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(store.Path)!))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_newer_schema_stops_this_program_and_is_left_alone()
    {
        await using var store = new TemporaryDatabase();
        var before = store.Count("SchemaVersions");
        await store.ExecuteAsync(
            "INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('KeyBroker.Storage.Migrations.9999_later.sql', '2030-01-01')");

        Assert.Throws<StoreVersionException>(() => Database.Open(store.Path));
        Assert.Equal(before + 1, store.Count("SchemaVersions"));
    }

    [Fact]
    public async Task A_refusal_of_the_engine_is_store_unavailable_and_the_next_write_works()
    {
        await using var store = new TemporaryDatabase();
        await store.ExecuteAsync("CREATE TRIGGER stop BEFORE INSERT ON meta WHEN NEW.name = 'bad' BEGIN SELECT RAISE(ROLLBACK, 'no'); END");

        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.Database.WriteAsync(t => t.Execute(InsertMeta, new { name = "bad" }), Cancellation));
        await store.Database.WriteAsync(t => t.Execute(InsertMeta, new { name = "good" }), Cancellation);

        Assert.Equal(1, store.Count("meta"));
    }
}
