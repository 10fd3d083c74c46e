using System.Security.Cryptography;
using KeyBroker.Audit;
using KeyBroker.Storage;
using KeyBroker.Tpm;
using KeyBroker.TpmAccess;

namespace KeyBroker.Receipts;

/// <summary>
/// Looks every minute whether a signing key is due; a failure is tried again the next minute, weeks before it matters. It matters at
/// once where the clock was set forward by months, as on a machine that starts without the time.
/// </summary>
internal sealed partial class SigningKeyRenewal(SigningKeys keys, TimeProvider clock, ILogger<SigningKeyRenewal> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

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
