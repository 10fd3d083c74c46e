using System.Globalization;
using System.Text.Json;

namespace KeyBroker.Attestation.Policies.Results;

/// <summary>A value that a file names: a text, a whole number, true or false. A text never equals a number.</summary>
public sealed record ClaimValue
{
    private readonly string? _text;
    private readonly long? _number;
    private readonly bool? _truth;

    public ClaimValue(string text) => _text = text;

    public ClaimValue(long number) => _number = number;

    public ClaimValue(bool truth) => _truth = truth;

    public string Text => _text ?? _number?.ToString(CultureInfo.InvariantCulture) ?? (_truth == true ? "true" : "false");

    public bool Is(JsonElement claim) => claim.ValueKind switch
    {
        JsonValueKind.String => _text is not null && claim.ValueEquals(_text),
        JsonValueKind.Number => _number is { } number && claim.TryGetInt64(out var actual) && actual == number,
        JsonValueKind.True => _truth == true,
        JsonValueKind.False => _truth == false,
        _ => false,
    };
}
