using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace KeyBroker.Attestation.Policies.Results;

/// <summary>What a claim must be: total, of one type, and false for everything else.</summary>
public abstract record ClaimTest
{
    public abstract bool Holds(JsonElement claim);

    /// <summary>In the words of the file.</summary>
    public abstract IReadOnlyList<string> Expected { get; }
}

/// <summary>One of the listed values.</summary>
public sealed record ClaimIsAnyOf(ImmutableArray<ClaimValue> Values) : ClaimTest
{
    public override IReadOnlyList<string> Expected => [.. Values.Select(value => value.Text)];

    public override bool Holds(JsonElement claim) => Values.Any(value => value.Is(claim));
}

/// <summary>A list with this value among its own.</summary>
public sealed record ClaimContains(ClaimValue Value) : ClaimTest
{
    public override IReadOnlyList<string> Expected => [$"a list with {Value.Text}"];

    public override bool Holds(JsonElement claim) =>
        claim.ValueKind == JsonValueKind.Array && claim.EnumerateArray().Any(Value.Is);
}

/// <summary>A whole number that is no less: versions of firmware that only ever grow.</summary>
public sealed record ClaimIsAtLeast(long Least) : ClaimTest
{
    public override IReadOnlyList<string> Expected => [string.Create(CultureInfo.InvariantCulture, $"at least {Least}")];

    public override bool Holds(JsonElement claim) =>
        claim.ValueKind == JsonValueKind.Number && claim.TryGetInt64(out var number) && number >= Least;
}
