using System.Text.Json;
using System.Text.Json.Nodes;
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

    private static readonly JsonDocumentOptions s_deep = s_strict with { MaxDepth = 64 };

    /// <exception cref="DeniedException">request-malformed.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw DeniedException.Malformed("the JSON is not UTF-8");
        }

        try
        {
            RefuseHalfCharacters(utf8, s_strict.MaxDepth);
            return JsonElement.Parse(utf8, s_strict);
        }
        catch (JsonException)
        {
            throw DeniedException.Malformed("not one JSON value, or a member occurs twice");
        }
        catch (InvalidOperationException) // A lone surrogate in an escaped name or text.
        {
            throw DeniedException.Malformed("the JSON holds text that is not Unicode");
        }
    }

    /// <summary>The same as a tree, for what is read at a desk and may be nested deeper.</summary>
    /// <exception cref="JsonException">It may be read in more than one way, or in none.</exception>
    public static JsonNode? ParseNode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            RefuseHalfCharacters(utf8, s_deep.MaxDepth);
            return Utf8.IsValid(utf8) ? JsonNode.Parse(utf8, null, s_deep) : throw new JsonException("not UTF-8");
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("text that is not Unicode");
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

    // An escaped lone surrogate is JSON and no text: whoever looked at that member later could not read it.
    private static void RefuseHalfCharacters(ReadOnlySpan<byte> utf8, int depth)
    {
        if (!utf8.Contains((byte)'\\'))
        {
            return;
        }

        for (var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = depth }); reader.Read();)
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                _ = reader.GetString();
            }
        }
    }

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
