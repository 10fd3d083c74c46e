using System.Security.Cryptography;
using Dapper;
using KeyBroker.Storage;
using Xunit;

namespace KeyBroker.Tests.Storage;

/// <summary>LIF-15: what was taken out of rows is looked for in the file, and found where it is still there.</summary>
public sealed class DatabaseErasureTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_still_there_is_found_and_writing_anew_disturbs_nobody()
    {
        await using var store = new TemporaryDatabase();
        var secret = RandomNumberGenerator.GetBytes(300);
        await PutAsync(store, "a", secret);
        await PutAsync(store, "b", RandomNumberGenerator.GetBytes(300));
        var reading = Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 200).All(_ => store.Count("meta") >= 2), Cancellation)).ToList();

        Assert.False(store.Database.Erase(TraceMarks.Of([secret])));
        Assert.All(await Task.WhenAll(reading), Assert.True);
        await PutAsync(store, "c", [1]);
        await store.ExecuteAsync("UPDATE meta SET value = x'' WHERE name = 'a'");
        Assert.True(await EraseAsync(store, secret));
        Assert.Equal(0, new FileInfo(store.Path + "-wal").Length);
        await store.ReopenAsync();
        Assert.Equal("ok", store.Database.ReadOnce(connection => connection.QuerySingle<string>("PRAGMA integrity_check")));
    }

    [Fact]
    public async Task A_piece_across_two_parts_of_a_large_file_is_found()
    {
        await using var store = new TemporaryDatabase();
        var secret = RandomNumberGenerator.GetBytes(3 << 20);
        await PutAsync(store, "large", secret);
        Assert.False(store.Database.Erase(TraceMarks.Of([secret[^128..]])));
        await store.ExecuteAsync("DELETE FROM meta WHERE name = 'large'");
        Assert.True(await EraseAsync(store, secret[..4096]));
    }

    [Fact]
    public void A_piece_is_known_again_by_its_marks_wherever_it_is()
    {
        var secret = RandomNumberGenerator.GetBytes(256);
        var marks = TraceMarks.Parse([TraceMarks.Of([secret]).ToBytes(), TraceMarks.Of([RandomNumberGenerator.GetBytes(64)]).ToBytes()]);
        var bytes = RandomNumberGenerator.GetBytes(3 * TraceMarks.Piece);
        Assert.False(marks.AreIn(bytes));
        Assert.False(marks.AreIn(secret.AsSpan(0, TraceMarks.Piece - 1)));
        for (var at = 0; at <= bytes.Length - TraceMarks.Piece; at++)
        {
            var copy = bytes.ToArray();
            secret.AsSpan(128, TraceMarks.Piece).CopyTo(copy.AsSpan(at));
            Assert.True(marks.AreIn(copy));
            copy[at + (at % TraceMarks.Piece)] ^= 1;
            Assert.False(marks.AreIn(copy));
        }

        Assert.True(TraceMarks.Of([new byte[63]]).IsEmpty);
        Assert.DoesNotContain(Convert.ToHexString(secret, 0, TraceMarks.Piece), Convert.ToHexString(TraceMarks.Of([secret]).ToBytes()), StringComparison.Ordinal);
    }

    private static Task<int> PutAsync(TemporaryDatabase store, string name, byte[] value) => store.Database.WriteAsync(
        transaction => transaction.Execute("INSERT INTO meta (name, value) VALUES (@name, @value)", new { name, value }), Cancellation);

    /// <summary>As the broker does: once more where others were in the way.</summary>
    private static async Task<bool> EraseAsync(TemporaryDatabase store, byte[] secret)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            if (store.Database.Erase(TraceMarks.Of([secret])))
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
        }

        return false;
    }
}
