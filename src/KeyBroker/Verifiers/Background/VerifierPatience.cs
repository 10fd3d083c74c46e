using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace KeyBroker.Verifiers;

/// <summary>VER-41 to VER-44. How often and how long a verifier is asked, and when it is left alone.</summary>
internal static class VerifierPatience
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_sampling = TimeSpan.FromSeconds(30);

    /// <summary>For one request of an exchange, outermost first.</summary>
    public static ResiliencePipeline<VerifierAnswer> Request(
        BackgroundSettings settings, CircuitBreakerStateProvider circuit, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder<VerifierAnswer> { TimeProvider = time };
        if (settings.Retries > 0)
        {
            builder.AddRetry(Retry(settings));
        }

        return builder
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<VerifierAnswer>
            {
                ShouldHandle = NoAnswer().HandleResult(answer => answer.IsNone || (int)answer.Status >= 500),
                FailureRatio = 0.5,
                MinimumThroughput = settings.CircuitFailures,
                SamplingDuration = s_sampling,
                BreakDuration = settings.CircuitBreak,
                StateProvider = circuit,
            })
            .AddTimeout(settings.AttemptTimeout)
            .Build();
    }

    /// <summary>For the whole exchange.</summary>
    public static ResiliencePipeline<string> Exchange(BackgroundSettings settings, TimeProvider time) =>
        new ResiliencePipelineBuilder<string> { TimeProvider = time }.AddTimeout(settings.Timeout).Build();

    // Only no answer is asked for again. Whoever wants more peace than there is time for is not asked at all.
    private static RetryStrategyOptions<VerifierAnswer> Retry(BackgroundSettings settings) => new()
    {
        ShouldHandle = NoAnswer().HandleResult(answer => answer.IsNone && !(answer.RetryAfter >= settings.Timeout)),
        MaxRetryAttempts = settings.Retries,
        Delay = s_firstDelay,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        DelayGenerator = attempt => ValueTask.FromResult(attempt.Outcome.Result?.RetryAfter),
    };

    private static PredicateBuilder<VerifierAnswer> NoAnswer() => new PredicateBuilder<VerifierAnswer>()
        .Handle<HttpRequestException>().Handle<IOException>().Handle<TimeoutRejectedException>();
}
