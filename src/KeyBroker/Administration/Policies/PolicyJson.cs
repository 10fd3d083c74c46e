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
    /// <summary>How many files a request may carry.</summary>
    public const int MostFiles = 25_000;

    // Whoever mends these sees the others the next time; a million of them would help nobody.
    private const int MostErrors = 1_000;

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
    /// <param name="files">By name.</param>
    /// <param name="verifiers">The remote verifiers that are configured.</param>
    /// <exception cref="DeniedException">request-malformed or policy-invalid.</exception>
    public static PolicySet Parse(JsonElement files, IReadOnlySet<string> verifiers)
    {
        _ = StrictJson.OpenObject(files);
        if (files.GetPropertyCount() > MostFiles)
        {
            throw DeniedException.Malformed($"more than {MostFiles} files", "files");
        }

        try
        {
            return PolicySet.Of(
                [.. files.EnumerateObject().Select(file => new PolicyFile(file.Name, Encoding.UTF8.GetBytes(StrictObject.Text(file.Value, "files"))))],
                verifiers);
        }
        catch (PolicyException invalid)
        {
            throw Refusal(invalid);
        }
    }

    /// <summary>What is wrong with a set of files, each with its place.</summary>
    public static DeniedException Refusal(PolicyException invalid) => new(
        ProblemCodes.PolicyInvalid,
        [.. invalid.Errors.Take(MostErrors).Select(error => new Reason(error.Code, error.Message) { Path = $"{error.File}:{error.Line}:{error.Column}" })],
        invalid.Errors.Count > MostErrors
            ? $"the policies are refused whole; {MostErrors} of {invalid.Errors.Count} errors follow"
            : "the policies are refused whole");
}
