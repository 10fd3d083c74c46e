using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>VER-10. The checks of a result in their order: nothing of the payload counts before the signature does.</summary>
internal sealed class ResultChecker(VerifierSettings settings, VerifierKeys keys, TimeProvider time)
{
    private const int MaxSubject = 1024;

    /// <exception cref="ResultException">It does not count.</exception>
    /// <exception cref="VerifierUnavailableException">The keys cannot be had.</exception>
    public async Task<VerifiedResult> CheckAsync(ResultToken token, RuntimeData runtime, CancellationToken cancellation)
    {
        var header = ResultHeader.Check(token.Header, settings);
        var key = await keys.FindAsync(header, cancellation);
        if (!ResultSignature.Verifies(key, header.Algorithm, token.Input, token.Signature))
        {
            throw new ResultException("its signature does not verify", "signature");
        }

        var (payload, profile) = (token.Payload, settings.Profile);
        RequirePinned(payload, "iss", settings.Issuer);
        RequireAudience(payload);
        var times = ResultTimes.Check(payload, settings, time.GetUtcNow());
        RequireProfile(payload);
        new ResultBinding(profile, payload.Element, runtime).Check();
        var result = new AttestationResult(settings.Name, payload.Element)
        {
            Status = profile.Status.Of(payload.Element),
            IssuedAt = times.IssuedAt,
            ValidUntil = times.ValidUntil,
        };
        return new VerifiedResult(result, SubjectOf(payload, runtime));
    }

    private static void RequirePinned(StrictObject payload, string claim, string? expected)
    {
        var stated = payload.Optional(claim);
        if (expected is null ? stated is not null : stated is not { ValueKind: JsonValueKind.String } text || !text.ValueEquals(expected))
        {
            throw new ResultException($"its {claim} is not the configured one", claim);
        }
    }

    // VER-13. A list of one is a way to write one; a list of more is a result that others may use too.
    private void RequireAudience(StrictObject payload)
    {
        var isOne = settings.Audience is { } expected && payload.Optional("aud") is { ValueKind: JsonValueKind.Array } list
            && list.GetArrayLength() == 1 && list[0].ValueKind == JsonValueKind.String && list[0].ValueEquals(expected);
        if (!isOne)
        {
            RequirePinned(payload, "aud", settings.Audience);
        }
    }

    private void RequireProfile(StrictObject payload)
    {
        var profiles = settings.Profile.EatProfiles;
        var isOfProfile = profiles.IsEmpty
            || (payload.Optional("eat_profile") is { ValueKind: JsonValueKind.String } stated && profiles.Any(profile => stated.ValueEquals(profile)));
        if (!isOfProfile)
        {
            throw new ResultException("its eat_profile is another", "eat_profile");
        }
    }

    /// <summary>VER-31. Lower-case hex SHA-256 of what tells this caller from the verifier's others.</summary>
    private string SubjectOf(StrictObject payload, RuntimeData runtime)
    {
        var subject = settings.Subject is { } path ? TextOf(path, path.Find(payload.Element)) : "jkt:" + runtime.Cnf.Thumbprint;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)));
    }

    private static string TextOf(ClaimPath path, JsonElement? claim) =>
        claim is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 and <= MaxSubject } subject
            ? subject
            : throw new ResultException("it does not say whom it is about", path.Text);
}
