using System.Text.Json;

namespace KeyBroker.Attestation.Policies.Results;

/// <summary>A list with this value among its own.</summary>
public sealed record ClaimContains(ClaimValue Value) : ClaimTest
{
    public override IReadOnlyList<string> Expected => [$"a list with {Value.Text}"];

    public override bool Holds(JsonElement claim) =>
        claim.ValueKind == JsonValueKind.Array && claim.EnumerateArray().Any(Value.Is);
}
