using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Receipts;
using KeyBroker.Testing;
using KeyBroker.Tests.Vault;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KeyBroker.Tests.Receipts;

/// <summary>Signing keys that a real software TPM seals, under a clock that tests move.</summary>
public sealed class SigningFixture : IAsyncLifetime
{
    internal const string Issuer = "https://broker.example";

    private VaultFixture? _vault;
    private SigningKeys? _keys;

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    internal SigningKeys Keys => _keys!;

    internal VaultFixture Vault => _vault!;

    internal SigningKeyStore Store => new(Vault.Database);

    internal TokenVerifier Verifier => new(Keys.FindToken, Issuer, Clock);

    public async ValueTask InitializeAsync()
    {
        _vault = await VaultFixture.StartAsync();
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _keys?.Dispose();
        await Vault.DisposeAsync();
    }

    internal async Task OpenAsync(string issuer = Issuer)
    {
        _keys?.Dispose();
        _keys = null;
        var maker = new SigningKeyMaker(Vault.Vault.Sealer, Vault.Vault.AttestationKey, Store, Clock);
        _keys = await SigningKeys.OpenAsync(Store, maker, issuer, TestContext.Current.CancellationToken);
    }

    internal string Issue(TimeSpan lifetime, string issuer = Issuer) =>
        new TokenIssuer(Keys, issuer, EarNames.Veraison).Issue(Content(lifetime));

    internal TokenContent Content(TimeSpan lifetime) => new()
    {
        Jti = "jti-1",
        Machine = "sha256-00",
        Nonce = new byte[64],
        CnfThumbprint = new string('A', 43),
        Boot = new BootCounters(uint.MaxValue, 2),
        PcrDigest = new byte[32],
        Policies = PolicySet.Load(Repository.Path("policies/samples")).Policies,
        Vector = Vectors.Of(isGenuine: true),
        IssuedAt = Clock.GetUtcNow(),
        Lifetime = lifetime,
    };
}
