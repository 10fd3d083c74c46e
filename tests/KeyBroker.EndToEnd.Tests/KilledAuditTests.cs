using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Cli;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>[AUD-1], [AUD-24], [AUD-29] (threat L03) SIGKILL right behind an answer: the record of every act that was acknowledged is there.</summary>
public sealed class KilledAuditTests : IDisposable
{
    private const int Workers = 8;
    private static readonly int[] s_acknowledged = [1, 2, 60, 60, 60, 60];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-killed-");
    private readonly ConcurrentQueue<string> _done = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Sink => Path.Combine(_folder.FullName, "audit.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_record_of_every_acknowledged_act_is_there_after_a_kill_right_behind_its_answer()
    {
        await using var broker = await BrokerProcess.StartAsync(
            "--KeyBroker:Audit:Sinks:0:Type=file", $"--KeyBroker:Audit:Sinks:0:Path={Sink}", "--KeyBroker:Audit:Sinks:0:Required=true");
        for (var kill = 0; kill < s_acknowledged.Length; kill++)
        {
            await ActUntilKilledAsync(broker, kill, _done.Count + s_acknowledged[kill]);
            await broker.StartAgainAsync(); // With a sink that may have what no commit has.
            var recorded = StoredState.Done(StoredState.Database(broker));
            Assert.DoesNotContain(_done, name => !recorded.Contains("keys/" + name));
        }

        Assert.Equal(0, await broker.StopAsync());
        var length = StoredState.AuditLength(StoredState.Database(broker));
        var verified = await new CommandRun().RunAsync("audit", "verify", Sink, "--output", "json");
        Assert.Equal((ExitCode.Done, length), (verified.ExitCode, (int)JsonNode.Parse(verified.Text)!["records"]!));
        Assert.True((int)JsonNode.Parse(verified.Text)!["checkpoints"]! > 0);
        var aside = _folder.GetFiles("*.uncommitted-*").Length;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{s_acknowledged.Length} kills, {_done.Count} acts acknowledged, 0 without record, {aside} commits cut off and set aside, {length} records");

        await File.WriteAllTextAsync(Sink, (await File.ReadAllTextAsync(Sink, Cancellation)).Replace("keys/killed/1-", "keys/killed/0-", StringComparison.Ordinal), Cancellation);
        var edited = await new CommandRun().RunAsync("audit", "verify", Sink);
        Assert.Equal(ExitCode.Denied, edited.ExitCode);
        Assert.Contains("changed at record", edited.Error, StringComparison.Ordinal);
    }

    /// <summary>Keys are made until so many answers came; whoever gets that one kills, while others wait for theirs.</summary>
    private async Task ActUntilKilledAsync(BrokerProcess broker, int round, int enough)
    {
        using var admin = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(broker.AdminSocket), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var killed = 0;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(async worker =>
        {
            for (var n = 0; await MakesAsync(admin, $"killed/{round}-{worker}-{n}"); n++)
            {
                if (_done.Count >= enough && Interlocked.Exchange(ref killed, 1) == 0)
                {
                    await broker.KillAsync();
                }
            }
        }));
    }

    private async Task<bool> MakesAsync(HttpClient admin, string name)
    {
        try
        {
            using var body = new StringContent($$"""{"name":"{{name}}","type":"aes-256"}""", Encoding.UTF8, "application/json");
            using var answer = await admin.PostAsync(new Uri("http://admin/v1/admin/keys"), body, Cancellation);
            Assert.Equal(201, (int)answer.StatusCode);
            _done.Enqueue(name);
            return true;
        }
        catch (HttpRequestException)
        {
            return false; // Killed before it answered: it may be done or not.
        }
    }
}
