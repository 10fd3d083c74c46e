using System.Security.Cryptography;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Configuration;
using KeyBroker.Enrollments;
using KeyBroker.Receipts;

namespace KeyBroker.Attestations;

/// <summary>Makes a token and the record behind it out of a verified quote and a decision that allows.</summary>
internal sealed class TokenMint(TokenIssuer issuer, BrokerSettings settings, TimeProvider time)
{
    private const int IdBytes = 16;

    public MintedToken Make(Machine machine, VerifiedQuote quote, Decision decision, string policyDigest)
    {
        var runtime = quote.Evidence.Runtime;
        var lifetime = decision.TokenLifetime is { } shortest && shortest < settings.TokenLifetime ? shortest : settings.TokenLifetime;

        // Whole seconds, as the token carries them: the record must not end before or after it.
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var record = new AttestationRecord(
            Base64Url.Encode(RandomNumberGenerator.GetBytes(IdBytes)), machine.Id, quote.Boot, quote.Measured)
        {
            PolicyDigest = policyDigest,
            CnfThumbprint = runtime.Cnf.Thumbprint,
            Enc = runtime.Enc,
            Epoch = machine.Epoch,
            IssuedAt = now,
            ExpiresAt = now + lifetime,
            Policies = [.. decision.Holding.Select(policy => policy.Name)],
        };
        var token = issuer.Issue(new TokenContent
        {
            Jti = record.Jti,
            Machine = machine.Id,
            Nonce = runtime.Nonce,
            CnfThumbprint = record.CnfThumbprint,
            Boot = quote.Boot,
            PcrDigest = quote.PcrDigest,
            Policies = decision.Holding,
            IssuedAt = now,
            Lifetime = lifetime,
        });
        return new MintedToken(new IssuedToken(token, lifetime, record.Policies), record);
    }
}
