using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies.Comparing;

namespace KeyBroker.Attestation.Policies.Explaining;

/// <summary>Explanations as administrators see them; members that are null are absent.</summary>
public static class ExplanationJson
{
    /// <summary>What a set says of a stated boot: not let in, and <c>refused</c>, where its log is.</summary>
    public static JsonObject Of(PolicySet set, MachineFacts machine, StatedBoot boot, DateTimeOffset now)
    {
        var json = Of(set.Explain(machine, boot.State, boot.Events, now));
        Refuse(json, boot);
        (json["machine"], json["policyDigest"]) = (machine.Id, set.Digest);
        return json;
    }

    /// <summary>Evidence whose log is refused comes before no policy.</summary>
    public static void Refuse(JsonObject decision, StatedBoot boot)
    {
        if (boot.Refusal is { } refusal)
        {
            (decision["allowed"], decision["policies"], decision["refused"]) = (false, new JsonArray(), ReasonJson.Of(refusal));
        }
    }

    /// <summary>The decision as <see cref="DecisionJson"/> has it, and under <c>explanation</c> what it rests on.</summary>
    public static JsonObject Of(Explanation explanation)
    {
        var json = DecisionJson.Of(explanation.Decision);
        json["explanation"] = new JsonArray([.. explanation.Policies.Select(Of)]);
        return json;
    }

    private static JsonObject Of(PolicyExplanation policy) => new()
    {
        ["policy"] = policy.Outcome.Policy.Name,
        ["mode"] = DecisionJson.NameOf(policy.Outcome.Mode),
        ["holds"] = policy.Outcome.Holds,
        ["requirements"] = new JsonArray([.. policy.Requirements.Select(Of)]),
        ["grants"] = Texts(AccessRight.InWords(AccessRight.Of([policy.Outcome.Policy]))),
    };

    private static JsonObject Of(RequirementExplanation requirement) => WithoutNulls(
        ("requirement", requirement.Requirement),
        ("holds", requirement.Holds),
        ("actual", requirement.Actual),
        ("expected", Texts(requirement.Expected)),
        ("reasons", new JsonArray([.. requirement.Reasons.Select(ReasonJson.Of)])),
        ("registers", new JsonArray([.. requirement.Registers.Select(Of)])));

    private static JsonObject Of(RegisterExplanation register) => WithoutNulls(
        ("bank", PcrBanks.NameOf(register.Bank)),
        ("pcr", register.Pcr),
        ("actual", register.Actual),
        ("note", register.Note),
        ("events", new JsonArray([.. register.Events.Select(Of)])),
        ("missing", Texts(register.Missing)),
        ("firstDifference", register.FirstDifference is { } difference ? Of(difference) : null));

    private static JsonObject Of(EventDifference difference) => WithoutNulls(
        ("position", difference.Position),
        ("baseline", difference.Baseline),
        ("actual", difference.Actual is { } actual ? Of(actual) : null),
        ("expected", difference.Expected));

    private static JsonObject Of(ExplainedEvent happened) => WithoutNulls(
        ("position", happened.Position),
        ("digest", happened.Digest),
        ("number", happened.Number),
        ("type", happened.Type),
        ("description", happened.Description),
        ("measured", happened.IsMeasured),
        ("known", happened.IsExpected));

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];

    private static JsonObject WithoutNulls(params IEnumerable<(string Name, JsonNode? Value)> members) =>
        new(members.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Name, member.Value)));
}
