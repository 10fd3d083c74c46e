using System.Collections.Immutable;
using System.Text.Json;

namespace KeyBroker.Attestation.Policies.Results;

/// <summary>One of the listed values.</summary>
public sealed record ClaimIsAnyOf(ImmutableArray<ClaimValue> Values) : ClaimTest
{
    public override IReadOnlyList<string> Expected => [.. Values.Select(value => value.Text)];

    public override bool Holds(JsonElement claim) => Values.Any(value => value.Is(claim));
}
