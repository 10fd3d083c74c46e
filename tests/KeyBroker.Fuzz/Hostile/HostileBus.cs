using System.Diagnostics;
using System.Net.Sockets;
using KeyBroker.Testing;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;

namespace KeyBroker.Fuzz.Hostile;

/// <summary>A real TPM at the far end of a bus that is not to be trusted: one run of the flow for each forgery.</summary>
internal sealed class HostileBus : IAsyncDisposable
{
    // Long for this TPM, short for whoever waits for an answer that does not come.
    private static readonly CommandPatience s_patience = new(TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(10));
    private static readonly CommandPatience s_longPatience = CommandPatience.Default;
    private static readonly TpmHandle s_rootHandle = new(0x81000001);

    private readonly Swtpm _swtpm;
    private readonly HostileFlow _flow;
    private SocketTransport _transport;

    private HostileBus(Swtpm swtpm)
    {
        _swtpm = swtpm;
        _transport = Connect(s_longPatience);
        using var tpm = new Tpm.Tpm(new Interposer(_transport, null));
        var owner = TpmObject.Owner.WithPassword();
        var root = tpm.Execute(new CreatePrimary(owner, Templates.StorageRootKeyEcc));
        tpm.Execute(new EvictControl(owner, root.Object, s_rootHandle));
        tpm.Execute(new FlushContext(root.Object.Handle));
        _flow = new(root.Object with { Handle = s_rootHandle }, root.Public);
    }

    /// <summary>The longest that a run took.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>How often a forged command left the TPM in a state that only a reset ends.</summary>
    public int Resets { get; private set; }

    /// <summary>What the last run ended with, if not well.</summary>
    public Exception? Crash { get; private set; }

    public static async Task<HostileBus> StartAsync() => new(await Swtpm.StartAsync());

    /// <summary>An honest run.</summary>
    public async Task<IReadOnlyList<RecordedExchange>> ListenAsync()
    {
        Reconnect(s_longPatience);
        var interposer = new Interposer(_transport, null);
        var outcome = await RunAsync(interposer);
        Reconnect(s_patience);
        return outcome == Outcome.Unharmed
            ? interposer.Exchanges
            : throw new InvalidOperationException("an honest run failed", Crash);
    }

    public Task<Outcome> RunAsync(Forgery forgery) => RunAsync(new Interposer(_transport, forgery));

    public async ValueTask DisposeAsync()
    {
        _transport.Dispose();
        await _swtpm.DisposeAsync();
    }

    private async Task<Outcome> RunAsync(Interposer interposer)
    {
        var start = Stopwatch.GetTimestamp();
        var outcome = Judge(interposer);
        var took = Stopwatch.GetElapsedTime(start);
        Longest = took > Longest ? took : Longest;
        await CleanAsync();
        return _flow.Secrets.Any(secret => interposer.Saw(secret)) ? Outcome.Leaked : outcome;
    }

    private Outcome Judge(Interposer interposer)
    {
        try
        {
            using var tpm = new Tpm.Tpm(new PatientTransport(interposer, new HurriedClock()));
            return _flow.Run(tpm) ? Outcome.Unharmed : Outcome.Deceived;
        }
        catch (Exception refused) when (
            refused is TpmException or TpmFormatException or TpmSessionException or IOException)
        {
            Crash = refused;
            return Outcome.Refused;
        }
#pragma warning disable CA1031 // Which one it is, is what this is here to find out.
        catch (Exception foreign)
#pragma warning restore CA1031
        {
            Crash = foreign;
            return Outcome.Crashed;
        }
    }

    private SocketTransport Connect(CommandPatience patience)
    {
        var path = _swtpm.Tcti["swtpm:path=".Length..];
        return SocketTransport.Connect(new UnixDomainSocketEndPoint(path), TimeProvider.System, patience);
    }

    private void Reconnect(CommandPatience patience)
    {
        _transport.Dispose();
        _transport = Connect(patience);
    }

    /// <summary>Takes from the TPM what the run has left in it, whatever it takes.</summary>
    private async Task CleanAsync()
    {
        if (TryFlushAll())
        {
            return;
        }

        // Out of step: what the forged command left on the connection is still to come.
        Reconnect(s_longPatience);
        if (!TryFlushAll())
        {
            Resets++;
            await _swtpm.ResetAsync();
        }

        Reconnect(s_patience);
    }

    private bool TryFlushAll()
    {
        try
        {
            FlushAll();
            return true;
        }
        catch (Exception lost) when (lost is IOException or TpmFormatException or TpmException)
        {
            return false;
        }
    }

    private void FlushAll()
    {
        var tpm = new Tpm.Tpm(_transport);
        foreach (var first in (uint[])[0x80000000, 0x02000000, 0x03000000])
        {
            foreach (var handle in tpm.Execute(new GetCapability(TpmCapability.Handles, first, 16)).ToNumbers())
            {
                tpm.Execute(new FlushContext(new TpmHandle(handle)));
            }
        }
    }
}
