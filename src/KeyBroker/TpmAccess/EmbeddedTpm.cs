using System.Diagnostics;
using System.Globalization;
using System.Text;

using KeyBroker.Tpm.Transports;

namespace KeyBroker.TpmAccess;

/// <summary>The broker's own software TPM: a child process whose state lives under the state directory.</summary>
internal sealed class EmbeddedTpm : IDisposable
{
    private const int LongestSocketPath = 100;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly string _state;
    private readonly string _pidFile;
    private readonly string _socket;
    private readonly string? _scratch;
    private Process? _process;

    public EmbeddedTpm(string stateDirectory)
    {
        _state = Path.Combine(Path.GetFullPath(stateDirectory), "tpm");
        _pidFile = Path.Combine(_state, "swtpm.pid");
        _socket = Path.Combine(_state, "swtpm.sock");
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("an embedded TPM needs swtpm, which needs Unix sockets");
        }

        Directory.CreateDirectory(_state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (Encoding.UTF8.GetByteCount(_socket) > LongestSocketPath)
        {
            _scratch = Directory.CreateTempSubdirectory("keybroker-").FullName;
            _socket = Path.Combine(_scratch, "swtpm.sock");
        }
    }

    public string Tcti => $"swtpm:path={_socket}";

    /// <summary>The folder with all that makes this TPM the one it is.</summary>
    public string StateFolder => _state;

    public int? ProcessId => _process is { HasExited: false } ? _process.Id : null;

    /// <summary>Starts the process anew and connects: it ends with its connection, so each needs a new one.</summary>
    /// <exception cref="TpmUnavailableException">It does not start.</exception>
    public ITpmTransport Connect()
    {
        Stop();
        RemoveStale();
        _process = Start();
        return AwaitConnection();
    }

    public void Dispose()
    {
        Stop();
        File.Delete(_pidFile);
        File.Delete(_socket);
        if (Directory.Exists(_scratch))
        {
            Directory.Delete(_scratch, recursive: true);
        }
    }

    private void Stop()
    {
        if (_process is { HasExited: false })
        {
            // swtpm writes its state at every change: it has nothing to say when it goes.
            _process.Kill();
            _process.WaitForExit(s_patience);
        }

        _process?.Dispose();
        _process = null;
    }

    private Process Start()
    {
        var start = new ProcessStartInfo("swtpm",
        [
            "socket", "--tpm2", "--terminate", "--tpmstate", $"dir={_state},mode=0600",
            "--server", $"type=unixio,path={_socket},mode=0600",
            "--flags", "not-need-init,startup-clear", "--pid", $"file={_pidFile}",
            "--log", $"file={Path.Combine(_state, "swtpm.log")},level=1,truncate",
        ]);
        try
        {
            return Process.Start(start) ?? throw new TpmUnavailableException("swtpm did not start");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new TpmUnavailableException(
                "swtpm is not installed, which KeyBroker:Tpm=embedded needs: apt-get install swtpm", missing);
        }
    }

    private ITpmTransport AwaitConnection()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return TpmConnection.Open(Tcti);
            }
            catch (IOException) when (!_process!.HasExited && Stopwatch.GetElapsedTime(started) < s_patience)
            {
                _process.WaitForExit(TimeSpan.FromMilliseconds(2));
            }
            catch (IOException failure)
            {
                throw new TpmUnavailableException($"swtpm did not start on {_state}", failure);
            }
        }
    }

    private void RemoveStale()
    {
        if (File.Exists(_pidFile)
            && int.TryParse(File.ReadAllText(_pidFile).Trim(), CultureInfo.InvariantCulture, out var id)
            && ServesThisState(id))
        {
            EndProcess(id);
        }

        File.Delete(_pidFile);
        File.Delete(_socket);
    }

    /// <summary>The id may belong to somebody else by now: only a swtpm on this very directory is ours.</summary>
    private bool ServesThisState(int id)
    {
        try
        {
            var command = File.ReadAllText($"/proc/{id}/cmdline").Split('\0');
            return Path.GetFileName(command[0]) == "swtpm"
                && command.Any(part => part.StartsWith($"dir={_state},", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void EndProcess(int id)
    {
        try
        {
            using var stale = Process.GetProcessById(id);
            stale.Kill();
            stale.WaitForExit(s_patience);
        }
        catch (ArgumentException)
        {
            // Gone on its own meanwhile.
        }
    }
}
