using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Transports;

namespace KeyBroker.TpmAccess;

/// <summary>The broker's own software TPM: a child process whose state lives under the state directory.</summary>
internal sealed partial class EmbeddedTpm(
    string stateDirectory, TimeProvider clock, CommandPatience patience, ILogger log) : IDisposable
{
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    private readonly SwtpmState _state = new(stateDirectory);
    private readonly Lock _lock = new();
    private SwtpmProcess? _process;
    private volatile bool _serves;
    private bool _disposed;

    /// <summary>Told when the process has ended without being asked to.</summary>
    public Action? Ended { get; set; }

    public int? ProcessId
    {
        get
        {
            lock (_lock)
            {
                return _process?.Id;
            }
        }
    }

    /// <summary>The folder with all that makes this TPM the one it is.</summary>
    public string StateFolder => _state.Directory;

    /// <summary>Starts the process anew, also in place of one that hangs: it ends with its connection, so each needs a new one.</summary>
    /// <exception cref="TpmUnavailableException">It does not start.</exception>
    public ITpmTransport Connect()
    {
        var process = Replace();
        try
        {
            var transport = TpmConnection.Over(process.Connection, clock, patience);
            Greet(transport);
            _serves = true;
            return transport;
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            throw new TpmUnavailableException(Explain(process), failure);
        }
        catch (TpmException failed) when (failed.Code.Name == "TPM_RC_FAILURE")
        {
            throw new TpmUnavailableException(
                $"free space where {_state.Directory} is: swtpm starts in failure mode, as it does when it cannot write there", failed);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _process?.Dispose();
            _process = null;
        }
    }

    private SwtpmProcess Replace()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                throw new TpmUnavailableException("the broker is stopping");
            }

            _serves = false;
            _process?.Dispose();
            _process = null;
            _state.EndStale();
            return _process = SwtpmProcess.Start(_state, OnEnd);
        }
    }

    /// <summary>The first command shows whether it lives. The TPM is started up already, and says so.</summary>
    private static void Greet(ITpmTransport transport)
    {
        try
        {
            new Tpm.Tpm(transport).Execute(new Startup());
        }
        catch (TpmException started) when (started.Code.Is(TpmResponseCode.Initialize))
        {
            // As it should be.
        }
    }

    private string Explain(SwtpmProcess process) => process.AwaitEnd(s_lastWords) is { } code
        ? $"swtpm ended with {code} on {_state.Directory}: {process.LastWords ?? _state.LastWords()}"
        : $"swtpm does not answer on {_state.Directory}";

    private void OnEnd(int code)
    {
        // Until it serves, its end is the failure of whoever starts it.
        if (_serves)
        {
            Lost(code);
            Ended?.Invoke();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the embedded TPM ended with {Code}: it is started again")]
    private partial void Lost(int code);
}
