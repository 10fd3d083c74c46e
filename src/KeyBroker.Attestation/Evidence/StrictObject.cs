using System.Text.Json;

namespace KeyBroker.Attestation.Evidence;

/// <summary>
/// Typed access to the members of a JSON object; every mismatch is request-malformed with the member's name.
/// </summary>
public readonly struct StrictObject(JsonElement element)
{
    public JsonElement Element { get; } = element;

    public bool Has(string name) => Element.TryGetProperty(name, out _);

    public JsonElement Required(string name) => Optional(name) ?? throw DeniedException.Malformed("a member is missing", name);

    public JsonElement? Optional(string name) => Element.TryGetProperty(name, out var value) ? value : null;

    public string Text(string name) => Text(Required(name), name);

    public string? OptionalText(string name) => Optional(name) is { } value ? Text(value, name) : null;

    public byte[] Bytes(string name) => Base64Url.Decode(Text(name), name);

    public byte[]? OptionalBytes(string name) => OptionalText(name) is { } text ? Base64Url.Decode(text, name) : null;

    public int? OptionalInt32(string name) => Optional(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) => number,
        _ => throw DeniedException.Malformed("a whole number is expected", name),
    };

    public long? OptionalInt64(string name) => Optional(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) => number,
        _ => throw DeniedException.Malformed("a whole number is expected", name),
    };

    public bool? OptionalBoolean(string name) => Optional(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw DeniedException.Malformed("true or false is expected", name),
    };

    public IReadOnlyList<string>? OptionalTexts(string name) => Optional(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray().Select(item => Text(item, name))],
        _ => throw DeniedException.Malformed("a list of strings is expected", name),
    };

    /// <summary>The text of a value that was met while going through an object's members.</summary>
    public static string Text(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw DeniedException.Malformed("a string is expected", name);
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException) // A lone surrogate.
        {
            throw DeniedException.Malformed("text that is not Unicode", name);
        }
    }
}
