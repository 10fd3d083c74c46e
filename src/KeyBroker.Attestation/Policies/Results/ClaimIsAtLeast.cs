using System.Globalization;
using System.Text.Json;

namespace KeyBroker.Attestation.Policies.Results;

/// <summary>A whole number that is no less: versions of firmware that only ever grow.</summary>
public sealed record ClaimIsAtLeast(long Least) : ClaimTest
{
    public override IReadOnlyList<string> Expected => [string.Create(CultureInfo.InvariantCulture, $"at least {Least}")];

    public override bool Holds(JsonElement claim) =>
        claim.ValueKind == JsonValueKind.Number && claim.TryGetInt64(out var number) && number >= Least;
}
