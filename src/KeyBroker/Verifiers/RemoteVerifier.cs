using KeyBroker.Attestation.Evidence;
using Polly.CircuitBreaker;

namespace KeyBroker.Verifiers;

/// <summary>One configured verifier with all that it takes to believe it.</summary>
internal sealed class RemoteVerifier : IDisposable
{
    private readonly HttpClient _client;
    private readonly ResultChecker _checker;
    private readonly BackgroundVerifier? _background;

    public RemoteVerifier(VerifierSettings settings, TimeProvider time, ILogger log)
    {
        Settings = settings;
        Certificate = ClientCertificate.Open(settings, time, log);
        _client = VerifierHandlers.Make(settings, Certificate);
        IKeySource source = settings.Jwks.File is { } file ? new KeyFile(file) : new KeyUrl(_client, settings.Jwks, time);
        Jwks = new VerifierKeys(settings, source, time, log);
        _checker = new ResultChecker(settings, Jwks, time);
        _background = settings.Background is { } background ? new BackgroundVerifier(settings.Name, background, _client, time) : null;
    }

    public VerifierSettings Settings { get; }

    public string Name => Settings.Name;

    public VerifierKeys Jwks { get; }

    /// <summary>What the broker shows it; null where it shows none.</summary>
    public ClientCertificate? Certificate { get; }

    /// <summary>Null for passports: nobody is asked, so nothing can be broken.</summary>
    public CircuitState? Circuit => _background?.Circuit;

    public bool IsUsable => Jwks.AreUsable && Circuit is not (CircuitState.Open or CircuitState.Isolated);

    /// <exception cref="ResultException">It does not count.</exception>
    /// <exception cref="VerifierUnavailableException">The keys cannot be had.</exception>
    public Task<VerifiedResult> CheckAsync(ResultToken token, RuntimeData runtime, CancellationToken cancellation) =>
        _checker.CheckAsync(token, runtime, cancellation);

    /// <exception cref="ResultException">The verifier says no, or what does not count.</exception>
    /// <exception cref="VerifierUnavailableException">It gives no answer, or its keys cannot be had.</exception>
    /// <exception cref="Attestation.DeniedException">request-malformed: what it calls a result is none.</exception>
    public async Task<VerifiedResult> AppraiseAsync(EvidenceDocument evidence, CancellationToken cancellation)
    {
        var background = _background ?? throw new InvalidOperationException("attesters bring this verifier's results");
        var compact = await background.AppraiseAsync(evidence, cancellation);
        return await _checker.CheckAsync(ResultToken.Parse(compact, "result"), evidence.Runtime, cancellation);
    }

    public void Dispose()
    {
        _background?.Dispose();
        _client.Dispose();
    }
}
