namespace KeyBroker.Client;

/// <summary>How an EAR spells what it says, by its <c>eat_profile</c> (specs/tokens.md, 1.1).</summary>
internal sealed record EarMembers(string Status, string Vector, string Policies)
{
    /// <summary>Null for a profile that no broker of ours writes.</summary>
    public static EarMembers? Find(string? profile) => profile switch
    {
        "tag:github.com,2023:veraison/ear" => new("ear.status", "ear.trustworthiness-vector", "ear.appraisal-policy-id"),
        "tag:ietf.org,2026:rats/ear#03" => new("ear_status", "ear_trustworthiness_vector", "ear_appraisal_policy_ids"),
        _ => null,
    };
}
