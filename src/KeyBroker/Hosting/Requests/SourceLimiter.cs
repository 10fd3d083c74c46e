using System.Threading.RateLimiting;
using KeyBroker.Attestation;
using KeyBroker.Configuration;
using KeyBroker.Telemetry;
using Microsoft.AspNetCore.RateLimiting;

namespace KeyBroker.Hosting;

/// <summary>Bounds what one source address takes of the service; nobody's failures count against anybody.</summary>
internal static class SourceLimiter
{
    private static readonly TimeSpan s_replenishment = TimeSpan.FromMilliseconds(100);

    public static void Configure(RateLimiterOptions options, SourceLimits limits)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = (rejected, _) => new ValueTask(RefuseAsync(rejected.HttpContext));
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context => Rate(context, limits)),
            PartitionedRateLimiter.Create<HttpContext, string>(context => InFlight(context, limits)));
    }

    private static Task RefuseAsync(HttpContext context)
    {
        HttpInstruments.RateLimited();
        return Problem.WriteAsync(
            context, new DeniedException(ProblemCodes.RateLimited, "too many requests from this source"));
    }

    private static RateLimitPartition<string> Rate(HttpContext context, SourceLimits limits) =>
        IsExempt(context)
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(SourceOf(context), _ => new TokenBucketRateLimiterOptions
            {
                // The bucket holds a second's worth, and room for what may be under way at once.
                TokenLimit = Math.Max(limits.PerSecond, limits.InFlight),
                TokensPerPeriod = Math.Max(1, limits.PerSecond / 10),
                ReplenishmentPeriod = s_replenishment,
                QueueLimit = 0,
            });

    private static RateLimitPartition<string> InFlight(HttpContext context, SourceLimits limits) =>
        IsExempt(context)
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetConcurrencyLimiter(SourceOf(context), _ => new ConcurrencyLimiterOptions
            {
                PermitLimit = limits.InFlight,
                QueueLimit = 0,
            });

    private static bool IsExempt(HttpContext context) => context.Features.Get<AdminPeer>() is not null;

    private static string SourceOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";
}
