using System.Threading.RateLimiting;
using KeyBroker.Attestation;
using KeyBroker.Configuration;

namespace KeyBroker.SelfAttestations;

/// <summary>How often one source address may ask for a quote, beside what holds for every request.</summary>
internal sealed class SourceBudget(BrokerSettings settings) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(
        source => RateLimitPartition.GetTokenBucketLimiter(source, _ => BucketOf(settings.Limits.BrokerAttestationsPerMinute)));

    /// <exception cref="DeniedException">rate-limited.</exception>
    public void Take(string source)
    {
        using var lease = _limiter.AttemptAcquire(source);
        if (!lease.IsAcquired)
        {
            throw new DeniedException(ProblemCodes.RateLimited, "this source asks too often what the broker is");
        }
    }

    public void Dispose() => _limiter.Dispose();

    // One comes back at a time, so that a source which waits its turn is served.
    private static TokenBucketRateLimiterOptions BucketOf(int perMinute) => new()
    {
        TokenLimit = perMinute,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
        QueueLimit = 0,
    };
}
