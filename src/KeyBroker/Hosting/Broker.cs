using KeyBroker.Audit;
using KeyBroker.Backups;
using KeyBroker.Configuration;
using KeyBroker.Enrollments;
using KeyBroker.Receipts;
using KeyBroker.Storage;
using KeyBroker.Telemetry;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;

namespace KeyBroker.Hosting;

/// <summary>A whole broker, started in the order of contract section 2 and stopped in the reverse one.</summary>
internal sealed partial class Broker : IAsyncDisposable
{
    private const uint OwnerOnlyMask = 0b000_111_111; // 0077
    private readonly Stack<IAsyncDisposable> _parts = new();
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(5);
    private WebApplication? _app;
    private IReadOnlyList<IHostedService> _background = [];
    private BrokerVault? _vault;

    private Broker()
    {
    }

    /// <summary>Configuration, policies, store, TPM, reconciliation, listen; a failure undoes what was opened.</summary>
    public static Task<Broker> StartAsync(string[] args) => StartAsync(args, TimeProvider.System);

    /// <param name="clock">The machine's.</param>
    public static async Task<Broker> StartAsync(string[] args, TimeProvider clock)
    {
        _ = Posix.SetFileModeMask(OwnerOnlyMask);
        var broker = new Broker();
        try
        {
            await broker.OpenAsync(args, new SteadyTime(clock));
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Serves until the process is told to stop, then lets requests under way end, within the drain time.</summary>
    /// <exception cref="TpmIdentityChangedException">It stopped because it found another TPM than it started with.</exception>
    /// <exception cref="BackgroundFailure">It stopped because what it does by itself failed.</exception>
    public async Task RunAsync()
    {
        var app = _app!;
        var replaced = _vault!.Worker.Replaced;
        var shutdown = app.WaitForShutdownAsync();
        if (await Task.WhenAny(shutdown, replaced) == replaced)
        {
            app.Lifetime.StopApplication();
        }

        await shutdown;

        // The connections are closed. What a handler still waits for in the TPM's queue fails now, and only after the
        // last handler wrote its record do the store and the keys go.
        _vault.Worker.Dispose();
        var underWay = app.Services.GetRequiredService<RequestsUnderWay>();
        var left = await underWay.CloseAsync(s_lastWords, app.Services.GetRequiredService<TimeProvider>());
        var log = app.Services.GetRequiredService<ILogger<Broker>>();
        Stopped(log, left);
        if (replaced.IsCompleted)
        {
            throw await replaced;
        }

        if (BackgroundFailure.Of(_background) is { } failure)
        {
            throw failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task OpenAsync(string[] args, SteadyTime time)
    {
        var output = new LogOutput(Console.Out);
        _parts.Push(output);
        var builder = BrokerHost.CreateBuilder(args, output, time);
        var settings = BrokerSettings.Read(builder.Configuration);
        _parts.Push(StateDirectory.Hold(settings.StateDirectory));
        BackupMaker.RemoveStale(settings.StateDirectory);
        AdminSocket.RemoveStale(settings.AdminSocket);
        builder.Services.AddSingleton(settings).AddSingleton(time).AddSingleton<TimeProvider>(time);
        var policies = new PoliciesInForce(settings);
        var endorsements = new TrustedEndorsements(settings);
        var early = LoggerFactory.Create(logging => BrokerLogging.Configure(logging, builder.Configuration, output, time));
        _parts.Push(new Closing(early));

        _parts.Push(DatabaseFile.Hold(settings.DatabasePath));
        var database = Database.Open(settings.DatabasePath);
        _parts.Push(database);
        var vault = _vault = await OpenVaultAsync(settings, database, time, early);
        _parts.Push(new Closing(vault));
        database.MoreIsComing = () => vault.Worker.HasBacklog;

        // Before anything is recorded: a log that was put back is not continued.
        var audit = AuditParts.Open(settings, database, vault, time);
        _parts.Push(new Closing(audit.Sinks));
        await audit.StartAsync(database, early.CreateLogger<AuditParts>());
        var store = new SigningKeyStore(database);
        var signing = await SigningKeys.OpenAsync(
            store, new SigningKeyMaker(vault.Sealer, vault.AttestationKey, store, time), settings.Issuer);
        _parts.Push(new Closing(signing));

        _app = BrokerHost.Build(builder, settings, new OpenParts(database, vault, signing, policies, endorsements) { Audit = audit });
        _parts.Push(_app);
        _background = [.. _app.Services.GetServices<IHostedService>()]; // Asked for when the services are gone, too.
        await ListenAsync(_app);
        var log = _app.Services.GetRequiredService<ILogger<Broker>>();
        Announce(log, settings);
        _app.Lifetime.ApplicationStopping.Register(() => AnnounceStop(log, settings));
    }

    private void AnnounceStop(ILogger<Broker> log, BrokerSettings settings)
    {
        if (BackgroundFailure.Of(_background) is { InnerException: { } cause } failure)
        {
            var trace = FailureText.Trace(cause);
            PartFailed(log, failure.Message, trace);
        }

        Stopping(log, settings.DrainTime);
    }

    private static void Announce(ILogger<Broker> log, BrokerSettings settings)
    {
        if (settings.Tpm == VaultOptions.Embedded)
        {
            TpmIsEmbedded(log, settings.StateDirectory);
        }

        foreach (var url in settings.Urls)
        {
            Listening(log, url.Origin, settings.AdminSocket);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "the TPM is embedded: keys are only as safe as {StateDirectory}, and whoever copies it has them")]
    private static partial void TpmIsEmbedded(ILogger log, string stateDirectory);

    [LoggerMessage(Level = LogLevel.Information, Message = "listening on {Url}, administration on {Socket}")]
    private static partial void Listening(ILogger log, string url, string socket);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Failure}: {Trace}")]
    private static partial void PartFailed(ILogger log, string failure, string trace);

    [LoggerMessage(Level = LogLevel.Information, Message = "stopping: requests under way have {DrainTime} to end")]
    private static partial void Stopping(ILogger log, TimeSpan drainTime);

    [LoggerMessage(Level = LogLevel.Information, Message = "stopped, with {Left} requests cut off")]
    private static partial void Stopped(ILogger log, int left);

    private static async Task<BrokerVault> OpenVaultAsync(
        BrokerSettings settings, Database database, TimeProvider time, ILoggerFactory logging)
    {
        try
        {
            return await BrokerVault.OpenAsync(
                new VaultOptions(settings.Tpm, settings.StateDirectory) { Logging = logging }, database, time);
        }
        catch (FormatException malformed)
        {
            throw new StartupException(
                $"set KeyBroker:Tpm to embedded, device:PATH, swtpm:host=H,port=P or swtpm:path=SOCKET: {malformed.Message}", malformed);
        }
    }

    private static async Task ListenAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            throw new StartupException($"choose other Urls or free the address: {failure.Message}", failure);
        }
    }

    /// <summary>Lets what closes at once wait in one line with what closes in its own time.</summary>
    private sealed class Closing(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
