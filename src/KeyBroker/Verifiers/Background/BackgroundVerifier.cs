using System.Threading.RateLimiting;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace KeyBroker.Verifiers;

/// <summary>Gets the result of one verifier for one piece of evidence: in bounded time, or not at all.</summary>
internal sealed class BackgroundVerifier : IDisposable
{
    private readonly string _name;
    private readonly CircuitBreakerStateProvider _circuit = new();
    private readonly ConcurrencyLimiter _places;
    private readonly ResiliencePipeline<string> _patience;
    private readonly IVerifierExchange _exchange;
    private readonly TimeProvider _time;

    public BackgroundVerifier(string name, BackgroundSettings settings, HttpClient client, TimeProvider time)
    {
        (_name, _time) = (name, time);
        _places = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = settings.Concurrency, QueueLimit = 0 });
        _patience = VerifierPatience.Exchange(settings, time);
        var sender = new VerifierClient(name, client, settings, VerifierPatience.Request(settings, _circuit, time), time);
        _exchange = settings.Api == VerifierApi.Veraison ? new VeraisonExchange(sender, settings, time) : new PostExchange(sender, settings);
    }

    public CircuitState Circuit => _circuit.CircuitState;

    /// <exception cref="ResultException">The verifier says no.</exception>
    /// <exception cref="VerifierUnavailableException">It says nothing, or nothing that can be used.</exception>
    public async Task<string> AppraiseAsync(EvidenceDocument evidence, CancellationToken cancellation)
    {
        using var place = _places.AttemptAcquire();
        if (!place.IsAcquired)
        {
            throw Unavailable("is asked too much at once");
        }

        var started = _time.GetTimestamp();
        try
        {
            return await _patience.ExecuteAsync(async end => await _exchange.AppraiseAsync(evidence, end), cancellation);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException
            or UnusableAnswerException or UnauthorizedAccessException)
        {
            throw Unavailable($"gives no answer: {failure.Message}", failure);
        }
        finally
        {
            VerifierInstruments.Took(_name, _time.GetElapsedTime(started));
        }
    }

    public void Dispose() => _places.Dispose();

    private VerifierUnavailableException Unavailable(string what, Exception? cause = null) => new(_name, $"verifier {_name} {what}", cause);
}
