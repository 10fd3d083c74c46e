using KeyBroker.Attestation.Endorsements;
using KeyBroker.Attestation.Nonces;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Microsoft.Extensions.Time.Testing;

namespace KeyBroker.Attestation.Tests.Quotes;

/// <summary>The way evidence takes, from bytes to a verified quote, with a clock that stands still.</summary>
public sealed class Verifier
{
    public static readonly byte[] NonceKey = [.. Enumerable.Repeat((byte)0x42, 32)];

    public Verifier(DateTimeOffset? now = null)
    {
        Time = new FakeTimeProvider(now ?? new DateTimeOffset(2026, 9, 1, 12, 0, 0, TimeSpan.Zero));
        Nonces = new NonceAuthority(NonceKey, Time, TimeSpan.FromSeconds(60));
    }

    public FakeTimeProvider Time { get; }

    public MemoryNonceLedger Ledger { get; } = new();

    public NonceAuthority Nonces { get; }

    public EvidenceBuilder Good(string kind = "EcDsa-Sha256") =>
        EvidenceBuilder.Good(TestKeys.Get(kind), Nonces.Issue().Nonce);

    public async Task<VerifiedQuote> CheckAsync(byte[] body, TpmPublic attestationKey)
    {
        var evidence = KeyBroker.Attestation.Evidence.Evidence.Parse(body);
        var authentic = AuthenticQuote.Check(evidence, AttestationKey.Check(attestationKey));
        var nonce = await Nonces.RedeemAsync(evidence.Runtime.Nonce, Ledger, CancellationToken.None);
        var quote = VerifiedQuote.Check(authentic, nonce);
        _ = quote.MeasureBoot();
        return quote;
    }

    public Task<VerifiedQuote> CheckAsync(EvidenceBuilder builder) => CheckAsync(builder.Build(), builder.Key.Public);
}
