using System.Diagnostics;
using System.Net.Sockets;
using KeyBroker.Tpm.Transports;

namespace KeyBroker.Testing;

/// <summary>A real TPM 2.0 in software: a process of its own behind a Unix socket, gone with its state at the end.</summary>
public sealed class Swtpm : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly DirectoryInfo _scratch;
    private readonly string _state;
    private readonly string _socket;
    private Process? _process;

    private Swtpm(string? stateDirectory)
    {
        // Short, because a Unix socket's path is.
        _scratch = Directory.CreateTempSubdirectory("swtpm-");
        _state = stateDirectory ?? Path.Combine(_scratch.FullName, "state");
        _socket = Path.Combine(_scratch.FullName, "tpm");
        Directory.CreateDirectory(_state);
    }

    public string Tcti => $"swtpm:path={_socket}";

    /// <param name="stateDirectory">Where the TPM's state is kept beyond this fixture; null for nowhere.</param>
    public static async Task<Swtpm> StartAsync(string? stateDirectory = null)
    {
        var swtpm = new Swtpm(stateDirectory);
        try
        {
            await swtpm.StartProcessAsync();
            return swtpm;
        }
        catch
        {
            await swtpm.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects; the TPM serves one connection at a time, and the next waits.</summary>
    public Tpm.Tpm Open() => new(OpenTransport());

    public ITpmTransport OpenTransport() => TpmConnection.Open(Tcti);

    /// <summary>A reboot: connections drop, registers are as at the start, resetCount is one higher.</summary>
    public async Task ResetAsync()
    {
        await KillAsync();
        await StartProcessAsync();
    }

    /// <summary>The TPM is gone until it is reset.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
        {
            return;
        }

        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>The TPM keeps its connection and answers nothing until it is resumed, as if one command took that long.</summary>
    public Task SuspendAsync() => SignalAsync("-STOP");

    public Task ResumeAsync() => SignalAsync("-CONT");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _scratch.Delete(recursive: true);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
    }

    private async Task StartProcessAsync()
    {
        File.Delete(_socket);
        File.Delete(_socket + ".ctrl");
        _process = Launch();
        var started = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > s_patience)
            {
                throw new InvalidOperationException($"swtpm did not start: {await LogAsync()}");
            }

            await Task.Delay(2);
        }
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo("swtpm",
        [
            "socket", "--tpm2", "--tpmstate", $"dir={_state}",
            "--server", $"type=unixio,path={_socket}",
            "--ctrl", $"type=unixio,path={_socket}.ctrl",
            "--flags", "not-need-init,startup-clear",
            "--log", $"file={_socket}.log,level=1",
        ]);
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException("swtpm is missing: apt-get install swtpm", missing);
        }
    }

    // The data socket is there before the TPM is: only a connection shows that it listens.
    private async Task<bool> AnswersAsync()
    {
        if (!File.Exists(_socket))
        {
            return false;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<string> LogAsync() =>
        File.Exists(_socket + ".log") ? await File.ReadAllTextAsync(_socket + ".log") : "no log";
}
