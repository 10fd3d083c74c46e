using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>keybrokerd as it ships: a process of its own with an embedded TPM, fresh state, and a folder of policies.</summary>
internal sealed class RunningBroker : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("kb-");
    private readonly ConcurrentQueue<string> _log = new();
    private readonly string[] _settings;
    private Process? _process;

    private RunningBroker(string[] settings)
    {
        _settings = settings;
        Url = $"http://127.0.0.1:{FreePort()}";
        Directory.CreateDirectory(PolicyDirectory);
    }

    public string Url { get; }

    public string AdminSocket => In("admin.sock");

    public string PolicyDirectory => In("policies");

    public string Log => string.Join('\n', _log);

    /// <param name="settings">Further command line arguments, like <c>--KeyBroker:TokenLifetime=1s</c>.</param>
    public static async Task<RunningBroker> StartAsync(params string[] settings)
    {
        var broker = new RunningBroker(settings);
        try
        {
            await broker.StartProcessAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>A folder of its own beside the broker's state.</summary>
    public string NewFolder(string name) => _scratch.CreateSubdirectory(name).FullName;

    /// <summary>Ends the process as an operator would, and starts it again on the same state.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartProcessAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _scratch.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task StartProcessAsync()
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "keybrokerd"),
            [
                "--urls", Url,
                $"--KeyBroker:StateDirectory={In("state")}",
                $"--KeyBroker:PolicyDirectory={PolicyDirectory}",
                $"--KeyBroker:AdminSocket={AdminSocket}",
                .. _settings,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? string.Empty);
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? string.Empty);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ReadyAsync(_process);
    }

    private async Task ReadyAsync(Process process)
    {
        using var http = new HttpClient();
        var started = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(http))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > s_patience)
            {
                throw new InvalidOperationException($"keybrokerd did not start:\n{Log}");
            }

            await Task.Delay(50);
        }
    }

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync($"{Url}/readyz");
            return answer.IsSuccessStatusCode && File.Exists(AdminSocket);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task StopAsync()
    {
        if (_process is null)
        {
            return;
        }

        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        if (!_process.WaitForExit(s_patience))
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _process = null;
    }

    private string In(string name) => Path.Combine(_scratch.FullName, name);
}
