using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KeyBroker.Testing;

/// <summary>The part of JSON Schema 2020-12 that our files use; a keyword beyond it is an error, never ignored.</summary>
/// <param name="find">What a JSON Pointer of the file points to.</param>
public sealed class SchemaCheck(Func<string, JsonNode> find)
{
    private static readonly string[] s_notes = ["$schema", "$id", "$defs", "title", "description", "format", "default", "examples", "contentMediaType"];

    /// <summary>What is wrong, or null.</summary>
    public string? Find(JsonNode schema, JsonNode? value, string at) =>
        schema.AsObject().Select(keyword => Check(keyword.Key, keyword.Value!, schema, value) is { } wrong ? Placed(wrong, at) : null)
            .FirstOrDefault(wrong => wrong is not null);

    private static string Placed(string wrong, string at) => $"{at}: {wrong}";

    private string? Check(string keyword, JsonNode rule, JsonNode schema, JsonNode? value) => keyword switch
    {
        "$ref" => Find(find(rule.GetValue<string>()[1..]), value, "."),
        "type" => Require(Types(rule).Any(type => Is(type, value)), $"{rule.ToJsonString()} expected, {Kind(value)} found"),
        "const" => Require(JsonNode.DeepEquals(rule, value), $"{rule.ToJsonString()} expected"),
        "enum" => Require(rule.AsArray().Any(choice => JsonNode.DeepEquals(choice, value)), $"{value?.ToJsonString()} is no choice"),
        "allOf" => rule.AsArray().Select(part => Find(part!, value, "all")).FirstOrDefault(wrong => wrong is not null),
        "anyOf" => Require(Fitting(rule, value) > 0, "fits no choice"),
        "oneOf" => Require(Fitting(rule, value) == 1, $"fits {Fitting(rule, value)} choices"),
        _ when s_notes.Contains(keyword) => null,
        _ => value switch
        {
            JsonObject map => CheckObject(keyword, rule, schema, map),
            JsonArray list => CheckArray(keyword, rule, list),
            _ => CheckScalar(keyword, rule, value),
        },
    };

    private string? CheckObject(string keyword, JsonNode rule, JsonNode schema, JsonObject map) => keyword switch
    {
        "required" => rule.AsArray().Select(name => Require(map.ContainsKey($"{name}"), $"{name} is missing")).FirstOrDefault(wrong => wrong is not null),
        "properties" => First(rule.AsObject().Where(property => map.ContainsKey(property.Key))
            .Select(property => Find(property.Value!, map[property.Key], property.Key))),
        "additionalProperties" => First(map.Where(member => schema["properties"]?.AsObject().ContainsKey(member.Key) is not true)
            .Select(member => rule is JsonObject ? Find(rule, member.Value, member.Key) : $"{member.Key} is not listed")),
        "minProperties" => Require(map.Count >= rule.GetValue<long>(), "too few members"),
        "maxProperties" => Require(map.Count <= rule.GetValue<long>(), "too many members"),
        _ => throw new InvalidDataException($"the keyword {keyword} of an object is not known"),
    };

    private string? CheckArray(string keyword, JsonNode rule, JsonArray list) => keyword switch
    {
        "items" => First(list.Select((item, index) => Find(rule, item, $"[{index}]"))),
        "minItems" => Require(list.Count >= rule.GetValue<long>(), "too few items"),
        "maxItems" => Require(list.Count <= rule.GetValue<long>(), "too many items"),
        _ => throw new InvalidDataException($"the keyword {keyword} of a list is not known"),
    };

    private static string? CheckScalar(string keyword, JsonNode rule, JsonNode? value) => keyword switch
    {
        "pattern" => Require(Regex.IsMatch(value!.GetValue<string>(), rule.GetValue<string>()), $"{value} does not fit {rule}"),
        "minLength" => Require(value!.GetValue<string>().Length >= rule.GetValue<long>(), "too short"),
        "maxLength" => Require(value!.GetValue<string>().Length <= rule.GetValue<long>(), "too long"),
        "minimum" => Require(decimal.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture) >= rule.GetValue<long>(), "too small"),
        "maximum" => Require(decimal.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture) <= rule.GetValue<long>(), "too large"),
        "required" or "properties" or "additionalProperties" or "minProperties" or "items" => null, // Of another type than this value.
        _ => throw new InvalidDataException($"the keyword {keyword} is not known"),
    };

    private int Fitting(JsonNode choices, JsonNode? value) => choices.AsArray().Count(choice => Find(choice!, value, "") is null);

    private static IEnumerable<string> Types(JsonNode rule) =>
        rule is JsonArray list ? list.Select(type => type!.GetValue<string>()) : [rule.GetValue<string>()];

    private static bool Is(string type, JsonNode? value) => type switch
    {
        "integer" => Kind(value) == JsonValueKind.Number && decimal.IsInteger(decimal.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture)),
        "boolean" => Kind(value) is JsonValueKind.True or JsonValueKind.False,
        _ => Kind(value).ToString().Equals(type, StringComparison.OrdinalIgnoreCase),
    };

    private static JsonValueKind Kind(JsonNode? value) => value?.GetValueKind() ?? JsonValueKind.Null;

    private static string? Require(bool holds, string otherwise) => holds ? null : otherwise;

    private static string? First(IEnumerable<string?> findings) => findings.FirstOrDefault(wrong => wrong is not null);
}
