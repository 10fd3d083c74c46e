using System.Text;
using Dapper;
using KeyBroker.Backups;
using KeyBroker.Tests.Storage;
using Xunit;

namespace KeyBroker.Tests.Backups;

public sealed class DatabaseCopyTests : IDisposable
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch.AddDays(1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-copy-");

    private string Target => Path.Combine(_folder.FullName, "copy.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_table_is_kept_or_emptied_by_decision()
    {
        await using var store = new TemporaryDatabase();
        var tables = store.Database.Read(connection => connection.Query<string>(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").ToHashSet());

        Assert.Equal(tables.Order(), DatabaseCopy.Kept.Concat(DatabaseCopy.Emptied).Order());
    }

    [Fact]
    public async Task Holds_nothing_that_must_not_outlive_its_moment_not_even_in_free_pages()
    {
        await using var store = new TemporaryDatabase();
        await store.ExecuteAsync("INSERT INTO nonces VALUES (x'" + Hex("canary-nonce") + "', 1)");
        await store.ExecuteAsync("INSERT INTO proofs VALUES (x'" + Hex("canary-proof") + "', 1)");
        await store.ExecuteAsync("INSERT INTO enrollments VALUES ('canary-enrol', '', '', '', '', '', 1, 'open', '', NULL, NULL, NULL, NULL, NULL)");
        await store.ExecuteAsync("INSERT INTO answers VALUES ('canary-answer', '', '', '', 201, '', 1, '')");
        await store.ExecuteAsync("INSERT INTO intents VALUES ('canary-intent', '', '', 1, '')");
        await store.ExecuteAsync(Attestation("canary-live", s_now.AddMinutes(1)));
        await store.ExecuteAsync(Attestation("kept-past", s_now.AddMinutes(-1)));
        store.Database.CopyTo(Target);

        using (var copy = DatabaseCopy.Strip(Target, s_now))
        {
            Assert.Equal(1, copy.Counts["attestations"]);
        }

        var bytes = await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken);
        Assert.Equal(-1, bytes.AsSpan().IndexOf("canary"u8));
        Assert.NotEqual(-1, bytes.AsSpan().IndexOf("kept-past"u8));
        Assert.Equal(["copy.db"], _folder.EnumerateFiles().Select(file => file.Name));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
    }

    [Fact]
    public async Task Is_one_consistent_state_while_others_write()
    {
        await using var store = new TemporaryDatabase();
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                // Both rows or neither, in each transaction.
                for (var i = 0; !enough.IsCancellationRequested; i++)
                {
                    await store.ExecuteAsync($"INSERT INTO nonces VALUES (x'{i:x8}', 1); INSERT INTO proofs VALUES (x'{i:x8}', 1)");
                }
            },
            TestContext.Current.CancellationToken);
        while (store.Count("nonces") < 20)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        store.Database.CopyTo(Target);
        await enough.CancelAsync();
        await writing;

        using var copy = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Target};Pooling=False");
        await copy.OpenAsync(TestContext.Current.CancellationToken);
        Assert.Equal("ok", copy.QuerySingle<string>("PRAGMA integrity_check"));
        var (nonces, proofs) = copy.QuerySingle<(long, long)>("SELECT (SELECT COUNT(*) FROM nonces), (SELECT COUNT(*) FROM proofs)");
        Assert.True(nonces >= 20);
        Assert.Equal(nonces, proofs);
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    private static string Attestation(string jti, DateTimeOffset expires) =>
        $"INSERT INTO attestations VALUES ('{jti}', '', '', '', NULL, '', 0, 0, 0, {expires.ToUnixTimeMilliseconds()}, '', '', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL)";
}
