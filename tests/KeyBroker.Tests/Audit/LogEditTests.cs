using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Audit;

/// <summary>[AUD-3] (threat L02) A thousand edits of an exported log, and some of the database, with one checkpoint kept elsewhere: all found, each named.</summary>
public sealed class LogEditTests
{
    private const int EachKind = 50;
    private static readonly int[] s_checkpoints = [1, 40, 41, 97, 150];

    [Fact]
    public async Task A_thousand_edits_of_an_export_are_found_and_named()
    {
        await using var store = await AuditedStore.StartAsync();
        var (original, kept) = await LogAsync(store);
        Assert.Null(AuditedStore.Verify(original, kept).Fault);
        var (seed, found) = (0, 0);
        foreach (var (name, edit) in LogEdits.All)
        {
            for (var n = 0; n < EachKind; n++)
            {
                var log = new LogEdit(original, new Dice(++seed));
                var (kind, record) = edit(log);
                var fault = AuditedStore.Verify(log.Lines, kept).Fault;
                Assert.True(fault is not null, $"{name}, seed {seed}: not found");
                Assert.True(fault.Kind == kind && IsNamed(fault, kind, record), $"{name}, seed {seed}: {fault}, expected {kind} at {record}");
                found++;
            }
        }

        Assert.Equal(1000, found);
        Counts.Print($"{found} of {seed} edits of {LogEdits.All.Count} kinds found and named");
    }

    [Fact]
    public async Task Edits_of_the_database_are_found_in_its_export()
    {
        await using var store = await AuditedStore.StartAsync();
        var (_, kept) = await LogAsync(store);
        var good = await store.StopAndCopyAsync();
        var found = 0;
        for (var n = 0; n < 60; n++)
        {
            var dice = new Dice(n);
            var (first, second) = (dice.Next(1, 75), dice.Next(76, 150));
            var (sql, kind) = (n % 6) switch
            {
                0 => ($"UPDATE audit SET record = replace(record, 'key.sign', 'key.read') WHERE seq = {first}", LogFaultKind.Changed),
                1 => ($"DELETE FROM audit WHERE seq = {first}", LogFaultKind.Missing),
                2 => ($"UPDATE audit SET hash = zeroblob(32) WHERE seq = {first}", LogFaultKind.Changed),
                3 => ($"DELETE FROM audit WHERE seq BETWEEN {first} AND {second}", LogFaultKind.Missing),
                4 => ($"UPDATE audit SET record = (SELECT record FROM audit WHERE seq = {second}) WHERE seq = {first}", LogFaultKind.Changed),
                _ => ($"UPDATE audit SET seq = -1 WHERE seq = {first}; UPDATE audit SET seq = {first} WHERE seq = {second}; UPDATE audit SET seq = {second} WHERE seq = -1", LogFaultKind.Changed),
            };
            await store.PutBackAsync(good);
            store.Execute(sql);
            await store.StartAgainAsync();
            var fault = AuditedStore.Verify(store.Export(), kept).Fault;
            Assert.True(fault is not null && fault.Kind == kind && fault.Sequence == first, $"{sql}: {fault}");
            found++;
        }

        Counts.Print($"{found} of 60 edits of the database found and named");
    }

    private static bool IsNamed(LogFault fault, LogFaultKind kind, int record) =>
        fault.Sequence == record || kind is LogFaultKind.ForgedCheckpoint;

    /// <summary>170 records with checkpoints, the newest of which is kept.</summary>
    private static async Task<(List<string> Lines, SignedCheckpoint Kept)> LogAsync(AuditedStore store)
    {
        var (size, kept) = (0, (SignedCheckpoint?)null);
        foreach (var next in s_checkpoints)
        {
            await store.AppendAsync(next - size);
            kept = await store.CheckpointAsync();
            size = next;
        }

        await store.AppendAsync(20);
        return (store.Export(), kept!);
    }
}
