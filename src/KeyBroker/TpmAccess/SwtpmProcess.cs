using System.Diagnostics;
using System.Net.Sockets;

namespace KeyBroker.TpmAccess;

/// <summary>
/// One run of swtpm. It is born with its only connection, so it has no socket that could be stale or found by others, and
/// it ends with that connection: whatever way the broker ends, the kernel closes it.
/// </summary>
internal sealed class SwtpmProcess : IDisposable
{
    private const int NoSuchFile = 2; // ENOENT
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly Lock s_births = new();

    private readonly Process _process;
    private readonly Lock _end = new();
    private volatile string? _lastWords;
    private bool _over;

    private SwtpmProcess(Process process, Socket connection, Action<int> ended)
    {
        (_process, Connection) = (process, connection);
        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) => _lastWords = line.Data ?? _lastWords;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.Exited += (_, _) => Ended(ended);
        _process.EnableRaisingEvents = true;
    }

    public Socket Connection { get; }

    public int? Id => _process.HasExited ? null : _process.Id;

    /// <summary>What it said beside its log, if anything.</summary>
    public string? LastWords => _lastWords;

    /// <param name="ended">Told the exit code, if it ends without being asked to.</param>
    /// <exception cref="TpmUnavailableException">There is no swtpm.</exception>
    public static SwtpmProcess Start(SwtpmState state, Action<int> ended)
    {
        // One at a time: no other swtpm may inherit this one's end, and keep it open when this one is gone.
        lock (s_births)
        {
            var (ours, childs) = ChildProcess.NewConnection();
            SwtpmProcess born;
            using (childs)
            {
                ChildProcess.LetThrough(childs);
                born = new SwtpmProcess(Start(state, (int)childs.DangerousGetHandle()), ours, ended);
            }

            LetGoFirst(born._process);
            return born;
        }
    }

    /// <summary>The exit code, once it has ended by itself; null if it runs on.</summary>
    public int? AwaitEnd(TimeSpan patience) => _process.WaitForExit(patience) ? _process.ExitCode : null;

    /// <summary>Ends it, also one that hangs. It has nothing to say: its state is on disk before it answers.</summary>
    public void Dispose()
    {
        lock (_end)
        {
            _over = true;
            Connection.Dispose();
        }

        _process.Kill();
        _process.WaitForExit(s_patience);
        _process.Dispose();
    }

    private static Process Start(SwtpmState state, int connection)
    {
        var start = new ProcessStartInfo("swtpm",
        [
            "socket", "--tpm2", "--terminate", "--tpmstate", SwtpmState.Option, "--fd", $"{connection}",
            "--flags", "not-need-init,startup-clear", "--log", "file=swtpm.log,level=1,truncate",
        ])
        {
            WorkingDirectory = state.Directory,

            // Not the broker's own: one that hangs would keep them open for whoever waits for the broker's last word.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start) ?? throw new TpmUnavailableException("swtpm did not start");
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new TpmUnavailableException(
                failure.NativeErrorCode == NoSuchFile
                    ? "swtpm is not installed, which KeyBroker:Tpm=embedded needs: apt-get install swtpm"
                    : $"swtpm cannot be started: {failure.Message}",
                failure);
        }
    }

    /// <summary>
    /// TPM-24. Everybody waits for the TPM, so it does not wait for a processor behind them. Where there is one processor only, a
    /// new RSA key would keep it from all others for seconds; and a broker that somebody has given another priority keeps its TPM beside it.
    /// </summary>
    private static void LetGoFirst(Process process)
    {
        using var broker = Process.GetCurrentProcess();
        if (Environment.ProcessorCount == 1 || broker.PriorityClass != ProcessPriorityClass.Normal)
        {
            return;
        }

        try
        {
            process.PriorityClass = ProcessPriorityClass.High;
        }
        catch (Exception refused) when (refused is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            // Neither CAP_SYS_NICE nor RLIMIT_NICE allows it, or it has ended already: it is about speed, nothing rests on it.
        }
    }

    private void Ended(Action<int> ended)
    {
        int code;
        bool wasAsked; // By the end of its connection, which is how a stop ends it.
        lock (_end)
        {
            if (_over)
            {
                return;
            }

            // Whoever waits for an answer learns it now, even if something else inherited the other end.
            _over = true;
            code = _process.ExitCode;
            wasAsked = code == 0 && Connection.SafeHandle.IsClosed;
            Connection.Dispose();
        }

        if (!wasAsked)
        {
            ended(code);
        }
    }
}
