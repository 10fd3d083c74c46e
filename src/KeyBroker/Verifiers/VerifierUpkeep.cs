namespace KeyBroker.Verifiers;

/// <summary>
/// Has the keys of every verifier read before the first result needs them, and again when they grow old, and sees new certificates
/// of ours before the next connection does.
/// </summary>
internal sealed class VerifierUpkeep(RemoteVerifiers verifiers, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (verifiers.All.IsEmpty)
        {
            return;
        }

        using var timer = new PeriodicTimer(s_interval, time);
        do
        {
            await Task.WhenAll(verifiers.All.Select(verifier => EnsureAsync(verifier, stoppingToken)));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static async Task EnsureAsync(RemoteVerifier verifier, CancellationToken cancellation)
    {
        verifier.Certificate?.Renew();
        try
        {
            await verifier.Jwks.EnsureAsync(cancellation);
        }
        catch (VerifierUnavailableException)
        {
            // Logged and counted where it was looked for.
        }
    }
}
