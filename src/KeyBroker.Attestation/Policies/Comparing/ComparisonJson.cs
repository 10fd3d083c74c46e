using System.Text.Json.Nodes;

namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>Changes of policies, and of what they do, as administrators see them.</summary>
public static class ComparisonJson
{
    public static JsonArray Of(PolicySetDifference difference) => [.. difference.Changes.Select(Of)];

    /// <summary>What another set does to one machine in one state; who calls adds which.</summary>
    public static JsonObject Of(StateChange change) => new()
    {
        ["before"] = Of(change.Before),
        ["after"] = Of(change.After),
        ["loses"] = change.Loses,
        ["gains"] = change.Gains,
        ["losses"] = Texts(change.Access.Losses),
        ["gained"] = Texts(change.Access.Gains),
        ["reasons"] = new JsonArray([.. change.Reasons.Select(ReasonJson.Of)]),
    };

    private static JsonObject Of(Decision decision) => new()
    {
        ["allowed"] = decision.IsAllowed,
        ["policies"] = Texts(decision.Holding.Select(policy => policy.Name)),
    };

    private static JsonObject Of(DocumentChange change) => new()
    {
        ["kind"] = change.Kind,
        ["name"] = change.Name,
        ["change"] = change.Change,
        ["about"] = change.About,
        ["details"] = new JsonArray([.. change.Details.Select(Of)]),
    };

    private static JsonObject Of(ChangeDetail detail) => new()
    {
        ["effect"] = detail.Effect switch { Effect.Gain => "gain", Effect.Loss => "loss", _ => "none" },
        ["text"] = detail.Text,
    };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
