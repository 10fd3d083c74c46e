using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Testing;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace KeyBroker.Tests.Http.Api;

/// <summary>specs/openapi.yaml as JSON, with its references resolved on the way.</summary>
internal sealed class ApiFile
{
    private readonly JsonNode _root;

    private ApiFile(JsonNode root)
    {
        _root = root;
        Operations = root["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject()
                .Where(member => member.Key is "get" or "put" or "post" or "delete" or "patch")
                .Select(member => new ApiOperation(this, path.Key, member.Key.ToUpperInvariant(), member.Value!)))
            .ToDictionary(operation => operation.Id, StringComparer.Ordinal);
    }

    public IReadOnlyDictionary<string, ApiOperation> Operations { get; }

    public JsonNode this[string pointer] =>
        pointer.Split('/').Skip(1).Aggregate(_root, (node, step) => node[step] ?? throw new InvalidDataException($"{pointer} is not in the file"));

    public static ApiFile Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return new ApiFile(Convert(stream.Documents[0].RootNode)!);
    }

    public static ApiFile Read() => Parse(File.ReadAllText(Repository.Path("specs/openapi.yaml")));

    /// <summary>The node itself, or what it refers to.</summary>
    public JsonNode Resolve(JsonNode node) =>
        node is JsonObject named && named["$ref"] is { } reference ? Resolve(this[reference.GetValue<string>()[1..]]) : node;

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(child =>
            KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Convert(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value!),
        YamlScalarNode quoted => JsonValue.Create(quoted.Value),
        _ => throw new InvalidDataException($"{node.NodeType} at {node.Start}"),
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "null" => null,
        "true" or "false" => JsonValue.Create(text == "true"),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
