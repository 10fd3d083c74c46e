using System.Text.Json.Nodes;
using KeyBroker.Testing;

namespace KeyBroker.Tests.Http.Api;

/// <summary>One method on one path of the file.</summary>
internal sealed class ApiOperation(ApiFile file, string path, string method, JsonNode node)
{
    public string Id { get; } = node["operationId"]!.GetValue<string>();

    public string Path { get; } = path;

    public string Method { get; } = method;

    public bool IsAdministrative => Path.StartsWith("/v1/admin", StringComparison.Ordinal);

    public bool NeedsToken { get; } = Needs(node, "token");

    public bool NeedsClient { get; } = Needs(node, "client");

    /// <summary>One of JSON.</summary>
    public bool HasBody => node["requestBody"] is { } body && file.Resolve(body)["content"]?["application/json"] is not null;

    /// <summary>Every problem code that the file lists, as <c>409 exists</c>.</summary>
    public IEnumerable<string> Problems => node["responses"]!.AsObject().SelectMany(response =>
        (file.Resolve(response.Value!)["x-problem-codes"]?.AsArray() ?? []).Select(code => $"{response.Key} {code}"));

    public bool Lists(int status, string code) => Problems.Contains($"{status} {code}");

    /// <summary>What is wrong with a body by the file, or null.</summary>
    public string? WhatIsWrongWithRequest(string body)
    {
        var schema = file.Resolve(node["requestBody"]!)["content"]!["application/json"]!["schema"]!;
        return new SchemaCheck(pointer => file[pointer]).Find(schema, JsonNode.Parse(body), "$");
    }

    /// <summary>What is wrong with an answer by the file, or null.</summary>
    public string? WhatIsWrongWith(int status, string? mediaType, string text)
    {
        if (node["responses"]![$"{status}"] is not { } listed)
        {
            return $"status {status} is not listed: {text}";
        }

        if (file.Resolve(listed)["content"]?[mediaType ?? ""]?["schema"] is not { } schema)
        {
            return $"{mediaType} is not listed under {status}";
        }

        var isJson = mediaType!.EndsWith("json", StringComparison.Ordinal);
        return new SchemaCheck(pointer => file[pointer]).Find(schema, isJson ? JsonNode.Parse(text) : JsonValue.Create(text), "$");
    }

    private static bool Needs(JsonNode node, string scheme) =>
        node["security"]?.AsArray().Any(choice => choice!.AsObject().ContainsKey(scheme)) is true;
}
