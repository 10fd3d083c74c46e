using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;

namespace KeyBroker.Administration;

/// <summary>Policies and complaints about files as administrators see them.</summary>
internal static class PolicyJson
{
    public static JsonObject Of(Policy policy) => new()
    {
        ["name"] = policy.Name,
        ["digest"] = policy.Digest,
        ["mode"] = DecisionJson.NameOf(policy.Mode),
        ["description"] = policy.Description,
        ["owner"] = policy.Owner,
        ["file"] = policy.File,
    };

    public static JsonArray Of(IEnumerable<PolicyError> errors) => [.. errors.Select(error => JsonValue.Create(error.ToString()))];

    /// <summary>A set that a request carries: files by name.</summary>
    /// <exception cref="DeniedException">request-malformed or policy-invalid.</exception>
    public static PolicySet Parse(JsonElement files)
    {
        _ = StrictJson.OpenObject(files);
        try
        {
            return PolicySet.Of(
                [.. files.EnumerateObject().Select(file => new PolicyFile(file.Name, Encoding.UTF8.GetBytes(StrictObject.Text(file.Value, "files"))))]);
        }
        catch (PolicyException invalid)
        {
            throw Refusal(invalid);
        }
    }

    /// <summary>All that is wrong with a set of files, each with its place.</summary>
    public static DeniedException Refusal(PolicyException invalid) => new(
        ProblemCodes.PolicyInvalid,
        [.. invalid.Errors.Select(error => new Reason(error.Code, error.Message) { Path = $"{error.File}:{error.Line}:{error.Column}" })],
        "the policies are refused whole");
}
