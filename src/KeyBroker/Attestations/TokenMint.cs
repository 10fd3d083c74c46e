using System.Security.Cryptography;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Configuration;
using KeyBroker.Receipts;

namespace KeyBroker.Attestations;

/// <summary>Makes of an appraisal the record that is kept, and the token where a policy holds.</summary>
internal sealed class TokenMint(TokenIssuer issuer, BrokerSettings settings, TimeProvider time)
{
    private const int IdBytes = 16;

    public MintedToken Make(Appraisal appraisal)
    {
        var decision = appraisal.Decision is { IsAllowed: true } allowed
            ? allowed
            : throw new ArgumentException("no policy holds", nameof(appraisal));
        // Whole seconds, as the token carries them: the record must not end before or after it.
        var now = time.GetUtcNow();
        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var lifetime = Lifetime(appraisal.Measured, decision, issuedAt);
        var id = Base64Url.Encode(RandomNumberGenerator.GetBytes(IdBytes));
        var record = Record(appraisal, id, (now, issuedAt + lifetime)) with
        {
            Policies = [.. decision.Holding.Select(policy => policy.Name)],
        };
        var token = issuer.Issue(new TokenContent
        {
            Jti = record.Jti,
            Machine = record.Machine,
            Nonce = appraisal.Attested.Runtime.Nonce,
            CnfThumbprint = record.CnfThumbprint,
            Residents = record.Residents,
            Boot = record.Boot,
            PcrDigest = appraisal.Attested.PcrDigest,
            Submodule = appraisal.Attested.Submodule,
            Policies = decision.Holding,
            Vector = appraisal.Attested.PcrDigest is null ? null : TrustVector.Of(appraisal.Machine.IsGenuine, decision),
            IssuedAt = issuedAt,
            Lifetime = lifetime,
        });
        return new MintedToken(new IssuedToken(token, lifetime, record.Policies), record);
    }

    // VER-35. Where every policy that holds rests on results, the token ends with the first of them.
    private TimeSpan Lifetime(MeasuredState measured, Decision decision, DateTimeOffset issuedAt)
    {
        var lifetime = decision.TokenLifetime is { } shortest && shortest < settings.TokenLifetime ? shortest : settings.TokenLifetime;
        if (measured.Results.IsEmpty || decision.Holding.Any(policy => policy.Results is null))
        {
            return lifetime;
        }

        var left = TimeSpan.FromSeconds(Math.Max(1, Math.Floor((measured.Results.Min(result => result.ValidUntil) - issuedAt).TotalSeconds)));
        return left < lifetime ? left : lifetime;
    }

    /// <summary>The record of denied evidence, under an id that no token has.</summary>
    public AttestationRecord Denied(Appraisal appraisal, DeniedException denial)
    {
        var now = time.GetUtcNow();
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        return Record(appraisal, id, (now, now)) with { Reasons = denial.Reasons };
    }

    private static AttestationRecord Record(Appraisal appraisal, string id, (DateTimeOffset From, DateTimeOffset To) validity)
    {
        var runtime = appraisal.Attested.Runtime;
        return new AttestationRecord(id, appraisal.Machine.Id, appraisal.Attested.Boot, appraisal.Measured)
        {
            PolicyDigest = appraisal.PolicyDigest,
            CnfThumbprint = runtime.Cnf.Thumbprint,
            Enc = runtime.Enc,
            ForRequest = runtime.Request,
            Residents = appraisal.Attested.Residents,
            Epoch = appraisal.Machine.Epoch,
            IssuedAt = validity.From,
            ExpiresAt = validity.To,
            Policies = [],
        };
    }
}
