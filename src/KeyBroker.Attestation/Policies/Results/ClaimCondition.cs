using System.Text.Json;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Attestation.Policies.Results;

/// <summary>What a result must say in one place.</summary>
public sealed record ClaimCondition(ClaimPath Path, ClaimTest Test)
{
    private const int LongestShown = 128;

    /// <summary>In the words of the file.</summary>
    public string Text => $"{Path}: {string.Join(" or ", Test.Expected)}";

    /// <summary>Null where it holds; a claim that is not there holds nothing.</summary>
    public Reason? Check(AttestationResult result)
    {
        var claim = Path.Find(result.Claims);
        return claim is { } value && Test.Holds(value) ? null : new Reason(
            ReasonCodes.PolicyResult,
            $"verifier {result.Verifier}: claim {Path} {(claim is null ? "is absent" : "differs")}; expected: {string.Join(", ", Test.Expected)}")
        {
            Actual = claim is { } actual ? Shown(actual) : null,
            Expected = Test.Expected,
            Path = Path.Text,
        };
    }

    private static string Shown(JsonElement claim) => claim.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String when claim.GetString() is { Length: > LongestShown } text => text[..LongestShown] + "…",
        JsonValueKind.String => claim.GetString()!,
        _ => claim.GetRawText() is { Length: > LongestShown } raw ? raw[..LongestShown] + "…" : claim.GetRawText(),
    };
}
