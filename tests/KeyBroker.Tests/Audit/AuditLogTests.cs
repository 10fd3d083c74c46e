using System.Text.Json;
using KeyBroker.Audit;
using KeyBroker.Storage;
using KeyBroker.Tests.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KeyBroker.Tests.Audit;

public sealed class AuditLogTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_are_numbered_without_gaps_and_chained()
    {
        await using var store = new TemporaryDatabase();
        var log = new AuditLog(store.Database, TimeProvider.System);

        var numbers = await Task.WhenAll(Enumerable.Range(0, 300).Select(n => log.AppendAsync(Event($"op-{n}"), Cancellation)));

        Assert.Equal(Enumerable.Range(1, 300).Select(n => (long)n), numbers.Order());
        Assert.Null(AuditChain.FirstBreak(log.List(0, 1000)));
    }

    [Fact]
    public async Task Without_its_record_the_work_does_not_happen()
    {
        await using var store = new TemporaryDatabase();
        var log = new AuditLog(store.Database, TimeProvider.System);
        await store.ExecuteAsync("CREATE TRIGGER stop BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END");

        await Assert.ThrowsAsync<AuditUnavailableException>(() => Work(store.Database, log));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => log.AppendAsync(Event("denied"), Cancellation));
        Assert.Equal((0, 0), (store.Count("meta"), store.Count("audit")));

        await store.ExecuteAsync("DROP TRIGGER stop");
        await Work(store.Database, log);
        Assert.Equal((1, 1), (store.Count("meta"), store.Count("audit")));
    }

    [Fact]
    public async Task Work_that_fails_after_its_record_takes_the_record_along()
    {
        await using var store = new TemporaryDatabase();
        var log = new AuditLog(store.Database, TimeProvider.System);

        await Assert.ThrowsAsync<InvalidDataException>(() => store.Database.WriteAsync<int>(
            transaction =>
            {
                log.Append(transaction, Event("create"));
                throw new InvalidDataException();
            },
            Cancellation));

        Assert.Equal(1, await log.AppendAsync(Event("next"), Cancellation));
        Assert.Null(AuditChain.FirstBreak(log.List(0, 10)));
    }

    /// <summary>[AUD-6] (threat L09).</summary>
    [Fact]
    public async Task A_clock_that_was_set_back_is_flagged_and_the_order_stays()
    {
        await using var store = new TemporaryDatabase();
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await new AuditLog(store.Database, clock).AppendAsync(Event("one"), Cancellation);
        var back = new FakeTimeProvider(clock.GetUtcNow().AddHours(-1));
        var log = new AuditLog(store.Database, back);
        await log.AppendAsync(Event("two"), Cancellation);
        await log.AppendAsync(Event("three"), Cancellation);

        var flags = log.List(0, 10).Select(entry => entry.Record.Contains("\"clock\":\"back\"", StringComparison.Ordinal));
        Assert.Equal([false, true, false], flags);
        Assert.Null(AuditChain.FirstBreak(log.List(0, 10)));
    }

    /// <summary>[AUD-30] (threat L10) Behind the lock that keeps a second broker out: the append is right all the same.</summary>
    [Fact]
    public async Task Two_writers_on_one_database_make_one_chain()
    {
        await using var store = new TemporaryDatabase();
        await using var second = Database.Open(store.Path);
        var logs = new[] { new AuditLog(store.Database, TimeProvider.System), new AuditLog(second, TimeProvider.System) };

        var numbers = await Task.WhenAll(Enumerable.Range(0, 400).Select(n => Task.Run(() => logs[n % 2].AppendAsync(Event($"op-{n}"), Cancellation))));

        Assert.Equal(Enumerable.Range(1, 400).Select(n => (long)n), numbers.Order());
        Assert.Null(AuditChain.FirstBreak(logs[0].List(0, 1000)));
    }

    /// <summary>(threat L05) One line a record, whatever is in which member, and no member is longer than 512 characters.</summary>
    [Theory]
    [InlineData("line\r\nbreak")]
    [InlineData("\u001b[31mred\0")]
    [InlineData("\"},{\"seq\":1}")]
    [InlineData("right\u202eto left\u2028\u2066")]
    public async Task In_every_member_hostile_text_stays_inside_on_one_line(string text)
    {
        await using var store = new TemporaryDatabase();
        var log = new AuditLog(store.Database, TimeProvider.System);
        foreach (var hostile in new[] { text, text + new string('x', 1 << 20) })
        {
            var occurred = new AuditEvent { Operation = hostile, Outcome = hostile };
            var members = typeof(AuditEvent).GetProperties().Where(member => member.PropertyType == typeof(string)).ToList();
            members.ForEach(member => member.SetValue(occurred, hostile));
            occurred = occurred with { Reasons = [hostile], Observed = [hostile], Changes = [hostile] };
            await log.AppendAsync(occurred, Cancellation);

            var line = new AuditLines(null).Of(log.List(0, 10)[^1]);
            Assert.Equal(line.Length - 1, line.AsSpan().IndexOf((byte)'\n'));
            using var outer = JsonDocument.Parse(line);
            using var record = JsonDocument.Parse(outer.RootElement.GetProperty("record").GetString()!);
            var values = record.RootElement.EnumerateObject().SelectMany(Texts).ToList();
            Assert.Equal(members.Count + 3, values.Count);
            Assert.All(values, value => Assert.True(value.StartsWith(text, StringComparison.Ordinal) && value.Length <= 512));
        }

        static IEnumerable<string> Texts(JsonProperty member) => member.Value.ValueKind switch
        {
            JsonValueKind.String => [member.Value.GetString()!],
            JsonValueKind.Array => member.Value.EnumerateArray().Select(item => item.GetString()!),
            _ => [],
        };
    }

    [Theory]
    [InlineData("line\r\nbreak")]
    [InlineData("\u001b[31mred\0")]
    [InlineData("\"},{\"seq\":1}")]
    public async Task Hostile_text_stays_inside_its_member_on_one_line(string text)
    {
        await using var store = new TemporaryDatabase();
        var log = new AuditLog(store.Database, TimeProvider.System);
        await log.AppendAsync(Event("op") with { Resource = text, Machine = new string('x', 1 << 20) }, Cancellation);

        var record = Assert.Single(log.List(0, 10)).Record;

        Assert.DoesNotContain(record, char.IsControl);
        using var parsed = JsonDocument.Parse(record);
        Assert.Equal(text, parsed.RootElement.GetProperty("resource").GetString());
        Assert.True(record.Length < 2048);
    }

    private static AuditEvent Event(string operation) => new() { Operation = operation, Outcome = "done" };

    private static Task Work(Database database, AuditLog log) => database.WriteAsync(
        transaction =>
        {
            transaction.Execute("INSERT INTO meta (name, value) VALUES ('made', x'00')");
            log.Append(transaction, Event("create"));
        },
        Cancellation);
}
