using System.Diagnostics;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Audit;

/// <summary>[AUD-2] (threat L01) A database that cannot be written, because its file, its file system or somebody else's lock forbids it: no effect without its record, counted.</summary>
public sealed class UnwritableStoreTests
{
    private const string Sign = """{"alg":"ES256","message":"AA"}""";
    private const string Signed = "audit WHERE record LIKE '%\"op\":\"key.sign\",\"outcome\":\"done\"%'";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_becomes_immutable_under_a_running_broker()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await PrepareAsync(broker);
        using var frozen = new FrozenFiles(broker.Database, broker.Database + "-wal");
        await NothingHappensAsync(broker, machine, "immutable file", frozen.Thaw);
    }

    /// <summary>Somebody holds the write lock for longer than the broker waits.</summary>
    [Fact]
    public async Task A_database_that_somebody_else_has_locked()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await PrepareAsync(broker);
        await using var holder = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={broker.Database};Pooling=False");
        await holder.OpenAsync(Cancellation);
        Execute("BEGIN IMMEDIATE");
        await NothingHappensAsync(broker, machine, "locked database", () => Execute("ROLLBACK"));

        void Execute(string sql)
        {
            using var command = holder.CreateCommand();
            command.CommandText = sql;
            _ = command.ExecuteNonQuery();
        }
    }

    [Fact]
    public async Task A_file_system_that_is_read_only_stops_the_start_with_one_line_and_nothing_is_lost()
    {
        using var disk = new SmallDisk(8);
        await using var broker = await RunningBroker.StartAsync($"--KeyBroker:Database=sqlite:{disk.In("keybroker.db")}");
        using var machine = await PrepareAsync(broker);
        await broker.StopAsync();
        disk.MakeReadOnly();
        var stopped = await Assert.ThrowsAsync<KeyBroker.Storage.StoreUnavailableException>(() => broker.StartAgainAsync());
        Assert.DoesNotContain('\n', stopped.Message);
        Assert.Contains("keybroker.db", stopped.Message, StringComparison.Ordinal);

        disk.MakeWritable();
        await broker.StartAgainAsync();
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fkept/sign", Sign)).Status);
    }

    private static async Task<SoftwareMachine> PrepareAsync(RunningBroker broker)
    {
        var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/kept","type":"ec-p256"}""")).Status);
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fkept/sign", Sign)).Status);
        return machine;
    }

    private static async Task NothingHappensAsync(RunningBroker broker, SoftwareMachine machine, string fault, Action repair)
    {
        var (store, refused) = (new BrokerStore(broker), 0);
        var (records, rows, signatures) = (store.Count("audit"), store.Rows(), store.Count(Signed));
        var calls = Enumerable.Range(0, 10).Select(_ => machine.CallAsync("POST", "/v1/keys/web%2Fkept/sign", Sign)).Concat(
        [
            machine.CallAsync("POST", "/v1/keys", """{"name":"web/during","type":"ec-p256"}"""), machine.CallAsync("POST", "/v1/keys/web%2Fkept/rotate"),
            machine.CallAsync("PUT", "/v1/secrets/web%2Fduring", """{"value":"AAAA"}"""), machine.AttestAsync(), machine.CallAsync("GET", "/v1/keys"),
        ]);
        foreach (var answer in await Task.WhenAll(calls))
        {
            Assert.True(answer.Status == 503 && answer.Code is "audit-unavailable" or "store-unavailable", answer.Text);
            answer.IsRefused(503, answer.Code!);
            Assert.DoesNotContain("signature\":", answer.Text, StringComparison.Ordinal);
            refused++;
        }

        repair();
        Assert.Equal((records, signatures), (store.Count("audit"), store.Count(Signed)));
        Assert.Equal(rows, store.Rows());
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fkept/sign", Sign)).Status);
        (await machine.CallAsync("POST", "/v1/keys/web%2Fduring/sign", Sign)).IsRefused(404, "not-found");
        Assert.Equal(signatures + 1, store.Count(Signed));
        Counts.Print($"{fault}: {refused} operations refused, 0 effects, 0 records, 0 signatures handed out");
    }

    /// <summary>Files that even root cannot write as long as they are so.</summary>
    private sealed class FrozenFiles : IDisposable
    {
        private readonly string[] _files;

        public FrozenFiles(params string[] files)
        {
            _files = files;
            var code = Run("+i");
            Thaw(code != 0);
            Assert.SkipUnless(code == 0, "this file system has no immutable files, or the tests are not root");
        }

        public void Thaw() => Thaw(true);

        public void Dispose() => Thaw();

        private void Thaw(bool really) => _ = really ? Run("-i") : 0;

        private int Run(string flag)
        {
            using var process = Process.Start(new ProcessStartInfo("chattr", [flag, .. _files]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
    }
}
