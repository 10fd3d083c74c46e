using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Verifiers;

/// <summary>
/// A verifier's keys as they were read last: looked for again when they are old, and, seldom, when a kid is unknown;
/// whoever needs them meanwhile shares the one look.
/// </summary>
internal sealed partial class VerifierKeys(VerifierSettings settings, IKeySource source, TimeProvider time, ILogger log)
{
    // Where there are none at all, every caller waits for them.
    private static readonly TimeSpan s_coldRefresh = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task _look = Task.CompletedTask;
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;
    private volatile KnownKeys? _known;
    private volatile FailedLook? _failure;

    /// <summary>How old the keys are; null where there are none.</summary>
    public TimeSpan? Age => _known is { } known ? time.GetUtcNow() - known.ReadAt : null;

    /// <summary>How many there are.</summary>
    public int Count => _known?.Keys.Count ?? 0;

    /// <summary>The last look, where it found none.</summary>
    public FailedLook? Failure => _failure;

    public bool AreUsable => Age < settings.Jwks.Stale;

    /// <summary>VER-12. The key that must have signed.</summary>
    /// <exception cref="ResultException">There is none, or it is for another algorithm.</exception>
    /// <exception cref="VerifierUnavailableException">The keys cannot be had.</exception>
    public async Task<PublicJwk> FindAsync(ResultHeader header, CancellationToken cancellation)
    {
        await EnsureAsync(cancellation);
        if (_known!.Keys.Find(header.Kid) is not { } key)
        {
            await LookAgain(settings.Jwks.Refresh).WaitAsync(cancellation);
            key = Usable().Keys.Find(header.Kid) ?? throw Unknown();
        }

        return (key.Algorithm is null || key.Algorithm == header.Algorithm) && ResultSignature.Fits(key.Key, header.Algorithm)
            ? key.Key
            : throw new ResultException("its alg is not the key's", "alg");
    }

    /// <summary>Has keys that may be used, or looks for them.</summary>
    /// <exception cref="VerifierUnavailableException">The keys cannot be had.</exception>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        var age = Age;
        if (age is null || age >= settings.Jwks.Stale)
        {
            await LookAgain(s_coldRefresh).WaitAsync(cancellation);
        }
        else if (age >= settings.Jwks.MaxAge)
        {
            _ = LookAgain(settings.Jwks.Refresh); // Nobody waits: what is there may be used meanwhile.
        }

        _ = Usable();
    }

    private KnownKeys Usable() => _known is { } known && AreUsable
        ? known
        : throw new VerifierUnavailableException(settings.Name, $"the keys of verifier {settings.Name} cannot be had");

    // What is not among old keys may be among the newer ones, which nobody could read.
    private Exception Unknown() => _failure is not null
        ? new VerifierUnavailableException(settings.Name, $"the newest keys of verifier {settings.Name} cannot be had")
        : new ResultException("its kid is none of the verifier's keys", "kid");

    /// <summary>The look under way, or a new one where the last was not just now.</summary>
    private Task LookAgain(TimeSpan atMostEvery)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_look.IsCompleted && now - _lookedAt >= atMostEvery)
            {
                _lookedAt = now;
                _look = LookAsync();
            }

            return _look;
        }
    }

    // Never fails: what it does not find, Usable misses.
    private async Task LookAsync()
    {
        await Task.Yield(); // Not under the lock.
        try
        {
            var keys = VerifierKeySet.Parse(await source.ReadAsync(CancellationToken.None));
            (_known, _failure) = (new KnownKeys(keys, time.GetUtcNow()), null);
            VerifierInstruments.Looked(settings.Name, isFound: true);
        }
        catch (Exception failure) when (failure is KeySourceException or FormatException)
        {
            _failure = new FailedLook(Cause(failure), time.GetUtcNow());
            VerifierInstruments.Looked(settings.Name, isFound: false);
            NotFound(settings.Name, Cause(failure));
        }
    }

    private static string Cause(Exception failure) =>
        failure.InnerException is { } cause ? $"{failure.Message}: {cause.Message}" : failure.Message;

    [LoggerMessage(Level = LogLevel.Warning, Message = "the keys of verifier {Verifier} were not renewed: {Detail}")]
    private partial void NotFound(string verifier, string detail);

    private sealed record KnownKeys(VerifierKeySet Keys, DateTimeOffset ReadAt);
}
