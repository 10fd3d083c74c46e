using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestations;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>Attestations as administrators see them.</summary>
internal static class AttestationJson
{
    public static JsonObject Of(AttestationRecord record) => new()
    {
        ["jti"] = record.Jti,
        ["machine"] = record.Machine,
        ["decision"] = record.IsDenied ? "denied" : "allowed",
        ["policies"] = new JsonArray([.. record.Policies.Select(policy => JsonValue.Create(policy))]),
        ["reasons"] = new JsonArray([.. (record.Reasons ?? []).Select(ReasonJson.Of)]),
        ["policyDigest"] = record.PolicyDigest,
        ["boot"] = new JsonObject { ["resetCount"] = record.Boot.ResetCount, ["restartCount"] = record.Boot.RestartCount },
        ["measurements"] = JsonNode.Parse(record.Measured.RegistersToJson()),
        ["results"] = record.Measured.ResultsToJson() is { } results ? JsonNode.Parse(results) : new JsonArray(),
        ["eventLogDigest"] = record.EventLogDigest,
        ["tpmKeys"] = ResidentNames.ToObject(record.Residents),
        ["issuedAt"] = Timestamp.Of(record.IssuedAt),
        ["expiresAt"] = record.IsDenied ? null : Timestamp.Of(record.ExpiresAt),
    };

    /// <summary>The facts too, which are long.</summary>
    public static JsonObject Whole(AttestationRecord record)
    {
        var document = Of(record);
        document["facts"] = record.Measured.FactsToJson() is { } facts ? JsonNode.Parse(facts) : null;
        return document;
    }
}
