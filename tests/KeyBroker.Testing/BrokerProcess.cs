using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace KeyBroker.Testing;

/// <summary>The built keybrokerd as its own process, over a state directory of its own; what it says is kept for failures.</summary>
public sealed class BrokerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _home;
    private readonly List<string> _arguments;
    private readonly System.Text.StringBuilder _said = new();
    private string _program = Path.Combine("KeyBroker", "keybrokerd");
    private IReadOnlyDictionary<string, string> _environment = new Dictionary<string, string>();
    private Process? _process;

    private BrokerProcess(string[] settings)
    {
        _home = Directory.CreateTempSubdirectory("kb-");
        Url = $"http://127.0.0.1:{FreePort()}";
        Directory.CreateDirectory(PolicyDirectory);
        _arguments =
        [
            $"--urls={Url}", $"--KeyBroker:StateDirectory={StateDirectory}",
            $"--KeyBroker:PolicyDirectory={PolicyDirectory}", .. settings,
        ];
    }

    public string Url { get; }

    public string StateDirectory => Path.Combine(_home.FullName, "state");

    public string PolicyDirectory => Path.Combine(_home.FullName, "policies");

    public string AdminSocket => Path.Combine(StateDirectory, "admin.sock");

    /// <summary>Everything the broker wrote to its output.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public int Id => _process!.Id;

    /// <summary>Starts a broker, with an embedded TPM unless told otherwise, and waits until it is ready.</summary>
    /// <param name="settings">Further command line arguments, like <c>--KeyBroker:TokenLifetime=1s</c>.</param>
    public static Task<BrokerProcess> StartAsync(params string[] settings) =>
        StartAsync(new Dictionary<string, string>(), settings);

    /// <param name="environment">Variables of this broker alone.</param>
    /// <inheritdoc cref="StartAsync(string[])"/>
    public static async Task<BrokerProcess> StartAsync(
        IReadOnlyDictionary<string, string> environment, params string[] settings)
    {
        var broker = new BrokerProcess(settings) { _environment = environment };
        try
        {
            await broker.StartAgainAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the broker that lets 25 hours pass at SIGUSR1, over this state and on a clock that outlives it.</summary>
    public static async Task<BrokerProcess> StartMovedAsync(params string[] settings)
    {
        var broker = new BrokerProcess(settings) { _program = Path.Combine("KeyBroker.MovedBroker", "KeyBroker.MovedBroker") };
        broker._environment = new Dictionary<string, string> { ["KEYBROKER_CLOCK"] = Path.Combine(broker._home.FullName, "clock") };
        await broker.StartAgainAsync();
        return broker;
    }

    /// <summary>A folder of its own beside the broker's state.</summary>
    public string NewFolder(string name) => _home.CreateSubdirectory(name).FullName;

    /// <summary>Starts the broker over the same state.</summary>
    /// <param name="more">Arguments for this time.</param>
    public async Task StartAgainAsync(params string[] more)
    {
        _process = Launch([.. _arguments, .. more], null);
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ReadyAsync(_process);
    }

    /// <summary>Starts one more keybrokerd with the same settings, which is the caller's to end.</summary>
    /// <param name="path">The PATH it has, if not ours.</param>
    public Process Launch(string? path = null) => Launch(_arguments, path);

    /// <summary>Starts keybrokerd with these arguments and no settings.</summary>
    public Process LaunchWith(params string[] arguments) => Launch(arguments, null);

    private Process Launch(IEnumerable<string> arguments, string? path)
    {
        var start = new ProcessStartInfo(Program(_program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _home.FullName,
        };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["PATH"] = path ?? start.Environment["PATH"];
        return Process.Start(start) ?? throw new InvalidOperationException("keybrokerd did not start");
    }

    /// <summary>SIGKILL, as a crash would.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends the process as an operator would, and starts it again over the same state.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>A run of keybrokerd that ends by itself.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program(Path.Combine("KeyBroker", "keybrokerd")), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("keybrokerd did not start");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(s_patience);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>SIGTERM.</summary>
    /// <param name="withChildren">Also to the processes it started, as a service manager does it to a whole group.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(bool withChildren = false)
    {
        await TerminateAsync(withChildren);
        return await EndAsync();
    }

    /// <summary>Waits for an end that somebody or something else has caused.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _process!.WaitForExitAsync().WaitAsync(s_patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await StopAsync();
        }

        _process?.Dispose();
        _home.Delete(recursive: true);
    }

    /// <summary>Sends SIGTERM and does not wait.</summary>
    public async Task TerminateAsync(bool withChildren = false)
    {
        var id = $"{_process!.Id}";
        var children = withChildren ? File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        using var terminate = Process.Start("kill", ["-TERM", .. children, id]);
        await terminate.WaitForExitAsync();
    }

    /// <summary>Sends another signal and does not wait.</summary>
    public async Task SignalAsync(string name)
    {
        using var signal = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        await signal.WaitForExitAsync();
    }

    /// <summary>Waits until the broker has written this to its output.</summary>
    public async Task SaysAsync(string text)
    {
        var clock = Stopwatch.StartNew();
        while (!Said.Contains(text, StringComparison.Ordinal))
        {
            if (clock.Elapsed > s_patience)
            {
                throw new TimeoutException($"keybrokerd does not say '{text}':\n{Said}");
            }

            await Task.Delay(5);
        }
    }

    private static string Program(string program)
    {
        // artifacts/bin/<test project>/<configuration>/ is where we run from.
        var ours = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(ours.Parent!.Parent!.FullName, Path.GetDirectoryName(program)!, ours.Name, Path.GetFileName(program));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
        {
            _said.AppendLine(line.Data);
        }
    }

    private async Task ReadyAsync(Process process)
    {
        using var http = new HttpClient();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < s_patience)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"keybrokerd ended with {process.ExitCode}:\n{Said}");
            }

            if (await AnswersAsync(http))
            {
                return;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"keybrokerd is not ready after {s_patience}:\n{Said}");
    }

    private async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(Url + "/readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
