using System.Text.Json.Nodes;

namespace KeyBroker.Attestation.Policies;

/// <summary>Decisions as administrators see them, whether the broker made them or a command without one.</summary>
public static class DecisionJson
{
    public static JsonObject Of(Decision decision) => new()
    {
        ["allowed"] = decision.IsAllowed,
        ["policies"] = new JsonArray([.. decision.Holding.Select(policy => JsonValue.Create(policy.Name))]),
        ["outcomes"] = new JsonArray([.. decision.Outcomes.Select(Of)]),
    };

    public static string NameOf(PolicyMode mode) => mode == PolicyMode.Enforce ? "enforce" : "observe";

    private static JsonObject Of(PolicyOutcome outcome) => new()
    {
        ["policy"] = outcome.Policy.Name,
        ["mode"] = NameOf(outcome.Mode),
        ["holds"] = outcome.Holds,
        ["baseline"] = outcome.Baseline,
        ["reasons"] = new JsonArray([.. outcome.Reasons.Select(ReasonJson.Of)]),
    };
}
