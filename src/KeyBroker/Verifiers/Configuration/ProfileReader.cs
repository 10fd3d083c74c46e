namespace KeyBroker.Verifiers;

/// <summary>Reads a profile, and the claims that a deployment has elsewhere.</summary>
internal static class ProfileReader
{
    public static ResultProfile Read(VerifierSection section)
    {
        var profile = ResultProfiles.Find(section.Choice("Profile", ResultProfiles.Names))!;
        var (nonce, key, runtime) = (section.Claim("NonceClaim"), section.Claim("KeyClaim"), section.Claim("RuntimeClaim"));
        if (nonce is not null && runtime is not null)
        {
            throw section.Wrong("RuntimeClaim", "nothing, or do without NonceClaim: the runtime data has the nonce");
        }

        var changed = profile with
        {
            Status = ReadStatus(section) ?? profile.Status,
            Runtime = runtime ?? (nonce is not null ? null : profile.Runtime),
            Nonce = nonce ?? (runtime is not null ? null : profile.Nonce),
            Key = key ?? profile.Key,
            AlwaysKey = key is not null,
            Enc = section.Claim("EncClaim") ?? profile.Enc,
        };
        return changed.Runtime is not null || changed.Nonce is not null
            ? changed
            : throw section.Wrong("NonceClaim", "the claim with the nonce");
    }

    private static ClaimStatus? ReadStatus(VerifierSection section)
    {
        var (affirming, warning) = (section.Words("Affirming"), section.Words("Warning"));
        if (section.Claim("StatusClaim") is { } claim)
        {
            return !affirming.IsEmpty ? new ClaimStatus(claim, affirming, warning) : throw section.Wrong("Affirming", "the words that affirm");
        }

        return affirming.IsEmpty && warning.IsEmpty ? null : throw section.Wrong("StatusClaim", "the claim that has these words");
    }
}
