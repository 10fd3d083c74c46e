using System.Security.Cryptography;
using KeyBroker.Audit;
using KeyBroker.Storage;
using KeyBroker.Tpm;
using KeyBroker.TpmAccess;

namespace KeyBroker.Receipts;

/// <summary>Looks every hour whether a signing key is due; a failure is tried again the next hour, weeks before it matters.</summary>
internal sealed partial class SigningKeyRenewal(SigningKeys keys, TimeProvider clock, ILogger<SigningKeyRenewal> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryRenewAsync(stoppingToken);
        }
    }

    private async Task TryRenewAsync(CancellationToken cancellation)
    {
        try
        {
            await keys.RenewAsync(cancellation);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or AuditUnavailableException or TpmUnavailableException
            or TpmException or CryptographicException)
        {
            LogFailed();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "a signing key is due and cannot be made now")]
    private partial void LogFailed();
}
