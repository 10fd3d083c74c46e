using System.Text.Json;
using System.Text.Unicode;

namespace KeyBroker.Attestation.Evidence;

/// <summary>
/// Parses JSON that may be read one way only: no duplicate or unknown members, no trailing bytes, no ill-formed text.
/// </summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions s_strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 16,
    };

    /// <exception cref="DeniedException">request-malformed.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw DeniedException.Malformed("the JSON is not UTF-8");
        }

        try
        {
            return JsonElement.Parse(utf8, s_strict);
        }
        catch (JsonException)
        {
            throw DeniedException.Malformed("not one JSON value, or a member occurs twice");
        }
        catch (InvalidOperationException) // A lone surrogate in an escaped member name.
        {
            throw DeniedException.Malformed("the JSON holds text that is not Unicode");
        }
    }

    /// <summary>An object with no other members than these.</summary>
    /// <exception cref="DeniedException">request-malformed: not an object, or an unknown member.</exception>
    public static StrictObject Object(JsonElement element, params ReadOnlySpan<string> members)
    {
        var found = Object(element);
        foreach (var property in element.EnumerateObject())
        {
            if (!Contains(members, property))
            {
                throw DeniedException.Malformed("an unknown member");
            }
        }

        return found;
    }

    /// <summary>The whole body as an object with no other members than these.</summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static StrictObject ParseObject(ReadOnlySpan<byte> utf8, params ReadOnlySpan<string> members) =>
        Object(Parse(utf8), members);

    /// <summary>An object whose unknown members are ignored, as those of a JWK are.</summary>
    /// <exception cref="DeniedException">request-malformed: not an object.</exception>
    public static StrictObject OpenObject(JsonElement element) => Object(element);

    private static StrictObject Object(JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? new StrictObject(element)
        : throw DeniedException.Malformed("an object is expected");

    private static bool Contains(ReadOnlySpan<string> members, JsonProperty property)
    {
        foreach (var member in members)
        {
            if (property.NameEquals(member))
            {
                return true;
            }
        }

        return false;
    }
}
