using System.Diagnostics;
using System.Globalization;
using System.Text;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Audit;
using KeyBroker.Storage;

namespace KeyBroker.Benchmarks;

/// <summary>What the audit log costs: durable appends beside flushes of the same bytes in the same run, and the tree, its proofs and the verification of a long log.</summary>
internal sealed class AuditRates(string folder, int records)
{
    private const int Appends = 2_000;
    private const int AtOnce = 64;
    private const int Batch = 256;

    private static readonly AuditEvent s_event = new()
    {
        Operation = "key.sign",
        Outcome = AuditEvent.Done,
        Machine = "sha256-" + new string('a', 64),
        Resource = "keys/web/signer",
        Version = 1,
        Policy = "web-tier",
        PolicyDigest = new string('b', 64),
        Jti = new string('c', 32),
        RequestId = new string('d', 24),
        RequestDigest = new byte[32],
    };

    public async Task PrintAsync()
    {
        await using (var database = Database.Open(Path.Combine(folder, "rates.db")))
        {
            var log = new AuditLog(database, TimeProvider.System);
            await log.AppendAsync(s_event, CancellationToken.None);
            var bytes = new AuditLines(null).Of(log.List(0, 1)[0]);
            var flushes = Print($"flushes of a record's {bytes.Length} bytes, one after the other /s", Flushes(bytes, 1));
            var grouped = Print($"records by flushes of {AtOnce} together /s", Flushes(bytes, AtOnce));
            var one = Print("durable appends, one after the other /s", await AppendsAsync(log, 1));
            var many = Print($"durable appends, {AtOnce} callers /s", await AppendsAsync(log, AtOnce));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"of raw: {one / flushes:F2} alone, {many / grouped:F2} together"));
        }

        await LongLogAsync();
    }

    private static double Print(string what, double value)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-70} {value,12:F1}"));
        return value;
    }

    /// <summary>Writes and fsync, nothing else, into a file that has its size already, as the database's write-ahead log has.</summary>
    private double Flushes(byte[] bytes, int together)
    {
        byte[] block = [.. Enumerable.Repeat(bytes, together).SelectMany(record => record)];
        using var file = File.OpenHandle(Path.Combine(folder, $"raw-{together}"), FileMode.Create, FileAccess.Write);
        RandomAccess.Write(file, new byte[Appends * bytes.Length], 0);
        RandomAccess.FlushToDisk(file);
        var (clock, offset) = (Stopwatch.StartNew(), 0L);
        for (var n = 0; n < Appends / together; n++, offset += block.Length)
        {
            RandomAccess.Write(file, block, offset);
            RandomAccess.FlushToDisk(file);
        }

        return Appends / together * together / clock.Elapsed.TotalSeconds;
    }

    private static Task<double> AppendsAsync(AuditLog log, int callers) => Rate.OfEachAsync(
        Enumerable.Range(0, Appends).ToList(), callers, (_, cancellation) => log.AppendAsync(s_event, cancellation));

    private async Task LongLogAsync()
    {
        await using var database = Database.Open(Path.Combine(folder, "long.db"));
        var (log, tree) = (new AuditLog(database, TimeProvider.System), new AuditTree(database));
        for (var done = 0; done < records; done += Batch * 16)
        {
            await database.WriteAsync(transaction => Append(log, transaction, Math.Min(Batch * 16, records - done)), CancellationToken.None);
        }

        Print($"tree over {records} records, first time, ms", await TimedAsync(() => tree.ExtendAsync(records, CancellationToken.None)));
        Print("the same again, ms", await TimedAsync(() => tree.ExtendAsync(records, CancellationToken.None)));
        var next = 0;
        Print("inclusion proofs /s", Rate.Of(() => tree.Inclusion(1 + (next += 7919) % records, records)));
        Print("consistency proofs /s", Rate.Of(() => tree.Consistency(1 + (next += 7919) % records, records)));
        var export = Path.Combine(folder, "long.jsonl");
        Print("export, ms", await TimedAsync(() => Task.Run(() => Export(log, export))));
        Print("  its MB", new FileInfo(export).Length / 1e6);
        var verdict = (LogVerdict?)null;
        Print($"verification of {records} records, ms", await TimedAsync(() => Task.Run(() => verdict = Verify(export))));
        Print("  memory of the process, peak MB", Process.GetCurrentProcess().PeakWorkingSet64 / 1e6);
        Console.WriteLine(verdict!.Fault is null && verdict.Records == records ? "all fit" : $"WRONG: {verdict.Fault}");
    }

    private static void Append(AuditLog log, WriteTransaction transaction, int count)
    {
        for (var n = 0; n < count; n++)
        {
            _ = log.Append(transaction, s_event);
        }
    }

    private static void Export(AuditLog log, string path)
    {
        var lines = new AuditLines(null);
        using var file = File.Create(path);
        for (var page = log.List(0, Batch); page.Count > 0; page = log.List(page[^1].Sequence, Batch))
        {
            foreach (var entry in page)
            {
                file.Write(lines.Of(entry));
            }
        }
    }

    private static LogVerdict Verify(string path) => LogVerifier.Verify(
        File.ReadLines(path).Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line)), new LogExpectations());

    private static async Task<double> TimedAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalMilliseconds;
    }
}
