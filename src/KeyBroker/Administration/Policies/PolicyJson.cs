using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>Policies, decisions and complaints about files as administrators see them.</summary>
internal static class PolicyJson
{
    public static JsonObject Of(Policy policy) => new()
    {
        ["name"] = policy.Name,
        ["digest"] = policy.Digest,
        ["mode"] = NameOf(policy.Mode),
        ["description"] = policy.Description,
        ["owner"] = policy.Owner,
        ["file"] = policy.File,
    };

    public static JsonArray Of(IEnumerable<PolicyError> errors) => [.. errors.Select(error => JsonValue.Create(error.ToString()))];

    public static JsonObject Of(Decision decision) => new()
    {
        ["allowed"] = decision.IsAllowed,
        ["policies"] = new JsonArray([.. decision.Holding.Select(policy => JsonValue.Create(policy.Name))]),
        ["outcomes"] = new JsonArray([.. decision.Outcomes.Select(Of)]),
    };

    /// <summary>All that is wrong with a set of files, each with its place.</summary>
    public static DeniedException Refusal(PolicyException invalid) => new(
        ProblemCodes.PolicyInvalid,
        [.. invalid.Errors.Select(error => new Reason(error.Code, error.Message) { Path = $"{error.File}:{error.Line}:{error.Column}" })],
        "the policies are refused whole");

    private static JsonObject Of(PolicyOutcome outcome) => new()
    {
        ["policy"] = outcome.Policy.Name,
        ["mode"] = NameOf(outcome.Mode),
        ["holds"] = outcome.Holds,
        ["baseline"] = outcome.Baseline,
        ["reasons"] = new JsonArray([.. outcome.Reasons.Select(ReasonJson.Of)]),
    };

    private static string NameOf(PolicyMode mode) => mode == PolicyMode.Enforce ? "enforce" : "observe";
}
