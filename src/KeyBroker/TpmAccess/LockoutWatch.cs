using KeyBroker.Tpm;

namespace KeyBroker.TpmAccess;

/// <summary>
/// Sees whether the TPM is in dictionary attack lockout (Part 1, 17.8). No key of the broker's is subject to it, so that
/// nobody can lock the broker out; but somebody guessed, or a neighbour on the TPM has a wrong password.
/// </summary>
internal sealed partial class LockoutWatch(TpmWorker worker, TimeProvider clock, ILogger<LockoutWatch> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private volatile bool _isLockedOut;

    public bool IsLockedOut => _isLockedOut;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            await LookAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            Note(await worker.RunAsync(scope => scope.IsLockedOut(), stoppingToken, TpmPriority.Bulk));
        }
        catch (Exception failure) when (failure is TpmUnavailableException or TpmException)
        {
            // Others say so; and a refusal, which no HMAC covers, is no reason to end this or the broker.
        }
    }

    private void Note(bool isLockedOut)
    {
        if (isLockedOut == _isLockedOut)
        {
            return;
        }

        _isLockedOut = isLockedOut;
        if (isLockedOut)
        {
            LockedOut();
        }
        else
        {
            Over();
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "the TPM is in dictionary attack lockout: somebody uses wrong passwords with it. The broker's keys are exempt; clear it with tpm2_dictionarylockout --clear-lockout")]
    private partial void LockedOut();

    [LoggerMessage(Level = LogLevel.Information, Message = "the TPM is out of its lockout")]
    private partial void Over();
}
