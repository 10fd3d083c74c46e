using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>What a broker says of a machine, to the relying party that asked. It cannot exist unverified.</summary>
public sealed record Appraisal
{
    internal Appraisal(JsonObject claims, JsonObject submodule, EarMembers members)
    {
        Claims = claims;
        Machine = (string)claims["sub"]!;
        Status = (string)submodule[members.Status]!;
        Vector = submodule[members.Vector] as JsonObject;
        Policies = submodule[members.Policies] switch
        {
            JsonArray several => [.. several.Select(policy => policy?.ToString() ?? string.Empty)],
            JsonValue one => [one.ToString()],
            _ => [],
        };
        ExpiresAt = DateTimeOffset.FromUnixTimeSeconds((long)claims["exp"]!);
    }

    public JsonObject Claims { get; }

    public string Machine { get; }

    /// <summary><c>affirming</c> or <c>contraindicated</c>.</summary>
    public string Status { get; }

    public bool IsAffirming => Status == "affirming";

    public JsonObject? Vector { get; }

    /// <summary>The policies that hold, or that were asked, with their digests.</summary>
    public IReadOnlyList<string> Policies { get; }

    public DateTimeOffset ExpiresAt { get; }

    /// <summary>Why no policy holds.</summary>
    public IReadOnlyList<ProblemReason> Reasons => Claims["keybroker.reasons"] is JsonArray reasons
        ? [.. reasons.OfType<JsonObject>().Select(ProblemReason.Of)]
        : [];
}
