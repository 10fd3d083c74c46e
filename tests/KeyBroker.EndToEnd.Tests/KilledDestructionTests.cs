using System.Text;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>LIF-15, threat J06: SIGKILL between the commit that destroys a key and the erasure of the files.</summary>
public sealed class KilledDestructionTests
{
    private const string Key = "web/ended";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_next_start_erases_what_the_killed_one_left_in_the_files()
    {
        await using var broker = await BrokerProcess.StartMovedAsync();
        await AdministerAsync("create", "--type", "rsa-2048", "--protection", "sealed", "--operation", "sign", "--operation", "verify");
        await AdministerAsync("suspend");
        var secrets = PrivateParts(broker);
        await AdministerAsync("destroy", "--after", "24h", "--yes");

        using (StoredState.Watching(StoredState.Database(broker))) // Nobody empties a log that somebody reads.
        {
            await broker.SignalAsync("USR1");
            await UntilAsync(() => StoredState.Count(StoredState.Database(broker), "keys WHERE state = 'destroyed'") == 1);
            await broker.KillAsync();
        }

        Assert.Equal(1, StoredState.Count(StoredState.Database(broker), "erasures"));
        Assert.True(Holds(broker, secrets));

        await broker.StartAgainAsync();
        await UntilAsync(() => StoredState.Count(StoredState.Database(broker), "erasures") == 0);
        Assert.Equal(0, await broker.StopAsync());
        Assert.False(Holds(broker, secrets));
        Assert.True(StoredState.IsSound(StoredState.Database(broker)));

        async Task AdministerAsync(string verb, params string[] more)
        {
            var run = await new CommandRun { Environment = new Dictionary<string, string> { ["KEYBROKER_SOCKET"] = broker.AdminSocket } }
                .RunAsync(["admin", "keys", verb, Key, .. more]);
            Assert.True(run.ExitCode == 0, run.Error);
        }
    }

    private static List<byte[]> PrivateParts(BrokerProcess broker) =>
        [.. StoredState.Bytes(StoredState.Database(broker), "SELECT private FROM key_versions UNION ALL SELECT wrapped FROM key_versions WHERE wrapped IS NOT NULL")];

    private static bool Holds(BrokerProcess broker, List<byte[]> secrets)
    {
        var files = new DirectoryInfo(broker.StateDirectory).EnumerateFiles("keybroker.db*")
            .Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file.FullName))).ToList();
        return secrets.SelectMany(secret => secret.Chunk(16)).Where(piece => piece.Length == 16 && piece.Distinct().Count() > 4)
            .Select(Encoding.Latin1.GetString).Any(piece => files.Exists(file => file.Contains(piece, StringComparison.Ordinal)));
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
        }
    }
}
