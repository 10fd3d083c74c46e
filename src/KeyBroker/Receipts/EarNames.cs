using System.Text.Json.Nodes;

namespace KeyBroker.Receipts;

/// <summary>How an EAR spells what it says: the profile of Veraison, or that of draft-ietf-rats-ear-03. The vector is the same in both.</summary>
internal sealed record EarNames
{
    private EarNames()
    {
    }

    public static EarNames Veraison { get; } = new()
    {
        Profile = "tag:github.com,2023:veraison/ear",
        VerifierId = "ear.verifier-id",
        Status = "ear.status",
        Vector = "ear.trustworthiness-vector",
        Policies = "ear.appraisal-policy-id",
    };

    public static EarNames Ietf { get; } = new()
    {
        Profile = "tag:ietf.org,2026:rats/ear#03",
        VerifierId = "ear_verifier_id",
        Status = "ear_status",
        Vector = "ear_trustworthiness_vector",
        Policies = "ear_appraisal_policy_ids",
        NamesEveryPolicy = true,
    };

    public required string Profile { get; init; }

    public required string VerifierId { get; init; }

    public required string Status { get; init; }

    public required string Vector { get; init; }

    public required string Policies { get; init; }

    /// <summary>The draft lists the policies in the order they were applied, Veraison's profile names one.</summary>
    public bool NamesEveryPolicy { get; init; }

    /// <summary>The names of a setting, or null for another word.</summary>
    public static EarNames? Find(string setting) => setting switch
    {
        "veraison" => Veraison,
        "ietf" => Ietf,
        _ => null,
    };

    /// <param name="ids">At least one.</param>
    public JsonNode PolicyIds(IReadOnlyList<string> ids) =>
        NamesEveryPolicy ? new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) : JsonValue.Create(ids[0]);
}
