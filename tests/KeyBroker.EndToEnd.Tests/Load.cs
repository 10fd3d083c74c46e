using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using KeyBroker.Cli;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Workers that create, rotate, seal and sign until they are told that the broker stops; what was acknowledged is kept.</summary>
internal sealed class Load(Workload machine, string prefix)
{
    private const int Workers = 3;

    private volatile bool _ending;
    private volatile bool _stopped;

    /// <summary>Names and newest acknowledged versions.</summary>
    public ConcurrentDictionary<string, int> Keys { get; } = new();

    public ConcurrentDictionary<string, string> Secrets { get; } = new();

    public int Acknowledged => Keys.Count + Secrets.Count;

    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(worker))));

    /// <summary>From now on an unreachable or unavailable broker is no failure, and the end of the work.</summary>
    public void End() => _ending = true;

    /// <summary>Ends the work while the broker goes on.</summary>
    public void Stop() => _stopped = true;

    public async Task ReachAsync(int acknowledged)
    {
        while (Acknowledged < acknowledged)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Every key signs and has the versions it was said to have, every secret is what was put.</summary>
    public static async Task CheckAsync(
        Workload machine, IReadOnlyDictionary<string, int> keys, IReadOnlyDictionary<string, string> secrets)
    {
        foreach (var (name, version) in keys)
        {
            await machine.DoAsync("key", "sign", name, "--message", "m");
            var shown = JsonNode.Parse(await machine.DoAsync("key", "show", name, "--output", "json"))!;
            Assert.True((int)(shown["result"] ?? shown)["primary"]! >= version, name);
        }

        foreach (var (name, value) in secrets)
        {
            Assert.Equal(value, await machine.DoAsync("secret", "get", name));
        }
    }

    private async Task WorkAsync(int worker)
    {
        for (var i = 0; ; i++)
        {
            var name = $"web/{prefix}-{worker}-{i}";
            if (!await IsDoneAsync("key", "create", name))
            {
                return;
            }

            Keys[name] = 1;
            if (!await IsDoneAsync("secret", "put", name, "--value", name))
            {
                return;
            }

            Secrets[name] = name;
            if (!await IsDoneAsync("key", "sign", name, "--message", name) || !await IsDoneAsync("key", "rotate", name))
            {
                return;
            }

            Keys[name] = 2;
        }
    }

    private async Task<bool> IsDoneAsync(params string[] command)
    {
        var ran = await machine.RunAsync(command);
        Assert.True(
            ran.ExitCode == ExitCode.Done || (_ending && ran.ExitCode == ExitCode.Unreachable),
            $"{string.Join(' ', command)}: {ran.ExitCode} {ran.Error}");
        return ran.ExitCode == ExitCode.Done && !_stopped;
    }
}
