using System.Text.Json.Nodes;
using KeyBroker.Hosting;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

/// <summary>Keys in the words of the contract (section 6). Nothing here is secret.</summary>
internal static class KeyDocument
{
    /// <param name="left">What is left of the wait before a planned destruction, where it was asked for.</param>
    public static JsonObject Of(KeyRecord key, TimeSpan? left = null)
    {
        var document = new JsonObject
        {
            ["name"] = key.Name,
            ["type"] = key.Type,
            ["protection"] = key.Protection,
            ["residence"] = key.Residence,
            ["operations"] = new JsonArray([.. key.Operations.Select(operation => JsonValue.Create(operation))]),
            ["primary"] = key.PrimaryVersion,
            ["labels"] = Labels.ToJson(key.Labels),
            ["versions"] = new JsonArray([.. key.Versions.Select(version => VersionOf(key, version))]),
        };
        LifeDocument.AddTo(document, key, left);
        return document;
    }

    /// <summary>The result of making a version: its public key, where it has one.</summary>
    public static JsonObject Made(KeyVersion version) =>
        version.PublicJwk is { } jwk ? new() { ["publicJwk"] = JsonNode.Parse(jwk) } : [];

    /// <summary>The <c>key</c> claim of a receipt; none where not one version did it all, since the claim names one.</summary>
    public static JsonObject? Claim(KeyRecord key, KeyVersion? version) => version is null
        ? null
        : new()
        {
            ["name"] = key.Name,
            ["version"] = version.Version,
            ["type"] = key.Type,
            ["protection"] = key.Protection,
            ["residence"] = key.Residence,
            ["state"] = KeyLifeCycle.StateOf(key, version),
        };

    private static JsonObject VersionOf(KeyRecord key, KeyVersion version)
    {
        var document = Made(version);
        document["version"] = version.Version;
        document["state"] = KeyLifeCycle.StateOf(key, version);
        document["createdAt"] = Timestamp.Of(version.CreatedAt);
        LifeDocument.AddTo(document, version.Life);
        return document;
    }
}
