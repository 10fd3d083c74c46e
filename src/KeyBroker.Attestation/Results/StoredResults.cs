using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyBroker.Attestation.Results;

/// <summary>Results as they are kept beside the registers: JSON, or nothing where there are none.</summary>
internal static class StoredResults
{
    public static string? Write(ImmutableArray<AttestationResult> results) =>
        results.IsEmpty ? null : new JsonArray([.. results.Select(result => result.ToJson())]).ToJsonString();

    /// <summary>The same for results that say the same.</summary>
    public static string? WriteLasting(ImmutableArray<AttestationResult> results) => results.IsEmpty
        ? null
        : new JsonArray([.. results.OrderBy(result => result.Verifier, StringComparer.Ordinal).Select(result => result.Lasting())]).ToJsonString();

    /// <summary>The caller vouches that they were not altered.</summary>
    public static ImmutableArray<AttestationResult> DangerousRead(string? json)
    {
        if (json is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(AttestationResult.DangerousFromStored)];
    }
}
