using System.Collections.Immutable;
using System.Text.Json.Nodes;
using KeyBroker.Audit;
using KeyBroker.Storage;

namespace KeyBroker.Receipts;

/// <summary>
/// The broker's signing keys, one for tokens and one for results at a time. Each is published before its first use; token
/// keys until their last token expired, result keys for ever.
/// </summary>
internal sealed class SigningKeys : IDisposable
{
    private static readonly TimeSpan s_afterlife = TimeSpan.FromDays(30); // At least as long as a token can live.

    private readonly SigningKeyMaker _maker;
    private readonly string _issuer;
    private readonly SemaphoreSlim _renewal = new(1, 1);
    private ImmutableArray<SigningKey> _keys = [];
    private ImmutableDictionary<string, SigningCertificate> _certificates = ImmutableDictionary<string, SigningCertificate>.Empty;

    private SigningKeys(SigningKeyMaker maker, string issuer) => (_maker, _issuer) = (maker, issuer);

    public string Issuer => _issuer;

    /// <summary>The key that signs tokens now.</summary>
    public SigningKey Token => Current(SigningUse.Token);

    /// <summary>The key that signs results now.</summary>
    public SigningKey Result => Current(SigningUse.Result);

    /// <summary>Every key that anything which is still to be believed may be signed with, and the next ones.</summary>
    public IReadOnlyList<SigningKey> Published
    {
        get
        {
            var now = _maker.Now;
            return [.. _keys.Where(key => IsPublished(key, now))];
        }
    }

    /// <summary>Opens the keys of earlier starts; makes those that are due.</summary>
    /// <exception cref="StoreIntegrityException">A stored key was edited.</exception>
    public static async Task<SigningKeys> OpenAsync(
        SigningKeyStore store, SigningKeyMaker maker, string issuer, CancellationToken cancellation = default)
    {
        var keys = new SigningKeys(maker, issuer);
        foreach (var row in store.List())
        {
            keys._keys = keys._keys.Add(await maker.OpenAsync(row, cancellation));
        }

        keys._certificates = keys.Open(store.Certificates());

        await keys.RenewAsync(cancellation);
        return keys;
    }

    /// <summary>A published key, or null.</summary>
    public SigningKey? Find(string kid) => Published.FirstOrDefault(key => key.Kid == kid);

    public bool SignsNow(SigningKey key) => key == Current(key.Use);

    /// <summary>What was installed for a key, valid now or not; null where nothing was.</summary>
    public SigningCertificate? CertificateOf(SigningKey key) => _certificates.GetValueOrDefault(key.Kid);

    /// <summary>The key as the JWKS shows it: with its certificate, as long as that is valid.</summary>
    public JsonObject ToJwk(SigningKey key)
    {
        var jwk = key.ToJwk();
        if (CertificateOf(key) is { } certificate && certificate.IsValidAt(_maker.Now))
        {
            certificate.AddTo(jwk);
        }

        return jwk;
    }

    /// <exception cref="SigningCertificateException">It is not a chain for this key that is valid now.</exception>
    public async Task InstallAsync(SigningKey key, SigningCertificate certificate, AuditEvent record, CancellationToken cancellation)
    {
        certificate.RequireOf(key, _maker.Now);
        await _maker.KeepAsync(certificate, key.Kid, record, cancellation);
        ImmutableInterlocked.AddOrUpdate(ref _certificates, key.Kid, certificate, (_, _) => certificate);
    }

    /// <summary>The key that verifies tokens under this <c>kid</c>, or null.</summary>
    public SigningKey? FindToken(string kid) => FindToken(_keys, kid, _maker.Now);

    /// <summary>The key among these that verifies tokens under this <c>kid</c> now, or null.</summary>
    public static SigningKey? FindToken(IEnumerable<SigningKey> keys, string kid, DateTimeOffset now) =>
        keys.FirstOrDefault(key => key.Use == SigningUse.Token && key.Kid == kid && IsPublished(key, now));

    /// <summary>Makes a key for each use that has none now, and the next one where the present one ends soon.</summary>
    public async Task RenewAsync(CancellationToken cancellation)
    {
        await _renewal.WaitAsync(cancellation);
        try
        {
            // In this order: without a token nothing is done whose result could not be signed.
            await RenewAsync(SigningUse.Result, cancellation);
            await RenewAsync(SigningUse.Token, cancellation);
        }
        finally
        {
            _renewal.Release();
        }
    }

    public void Dispose()
    {
        foreach (var key in _keys)
        {
            key.Dispose();
        }

        _renewal.Dispose();
    }

    private ImmutableDictionary<string, SigningCertificate> Open(IEnumerable<(string Kid, string Chain)> stored)
    {
        try
        {
            var opened = stored.ToImmutableDictionary(row => row.Kid, row => SigningCertificate.Parse(row.Chain));
            return _keys.All(key => !opened.TryGetValue(key.Kid, out var certificate) || certificate.IsOf(key))
                ? opened
                : throw new StoreIntegrityException("a signing certificate was exchanged outside the broker");
        }
        catch (SigningCertificateException)
        {
            throw new StoreIntegrityException("a signing certificate was changed outside the broker");
        }
    }

    private static bool IsPublished(SigningKey key, DateTimeOffset now) =>
        key.Use == SigningUse.Result || now < key.Statement.NotAfter + s_afterlife;

    private SigningKey Current(string use)
    {
        var now = _maker.Now;
        return _keys.LastOrDefault(key => key.Use == use && key.SignsAt(now, _issuer))
            ?? throw new StoreUnavailableException($"no {use} key is valid now");
    }

    private async Task RenewAsync(string use, CancellationToken cancellation)
    {
        // Whole seconds, as the statement carries them.
        var now = DateTimeOffset.FromUnixTimeSeconds(_maker.Now.ToUnixTimeSeconds());
        var own = _keys.Where(key => key.Use == use && key.SignsAt(key.Statement.NotBefore, _issuer)).ToArray();
        if (!own.Any(key => key.SignsAt(now, _issuer)))
        {
            await AddAsync(use, now, cancellation);
        }
        else if (SigningSchedule.CoveredFrom(now, own.Select(key => (key.Statement.NotBefore, key.Statement.NotAfter))) is var last && SigningSchedule.IsNextDue(last, now))
        {
            await AddAsync(use, SigningSchedule.NextStart(last, now), cancellation);
        }
    }

    private async Task AddAsync(string use, DateTimeOffset start, CancellationToken cancellation) =>
        _keys = _keys.Add(await _maker.MakeAsync(_issuer, use, SigningSchedule.PeriodFrom(start), cancellation));
}
