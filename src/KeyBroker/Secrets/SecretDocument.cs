using System.Text.Json.Nodes;
using KeyBroker.Hosting;
using KeyBroker.Vault;

namespace KeyBroker.Secrets;

/// <summary>Secrets in the words of the contract (section 7): metadata, never a value.</summary>
internal static class SecretDocument
{
    /// <param name="left">What is left of the wait before a planned destruction, where it was asked for.</param>
    public static JsonObject Of(SecretRecord secret, TimeSpan? left = null)
    {
        var document = new JsonObject
        {
            ["name"] = secret.Name,
            ["labels"] = Labels.ToJson(secret.Labels),
            ["newest"] = secret.Newest.Version,
            ["versions"] = new JsonArray([.. secret.Versions.Select(version => VersionOf(secret, version))]),
        };
        LifeDocument.AddTo(document, secret, left);
        return document;
    }

    /// <summary>The <c>secret</c> claim of a receipt.</summary>
    public static JsonObject Claim(SecretRecord secret, SecretVersion version) => new()
    {
        ["name"] = secret.Name,
        ["version"] = version.Version,
    };

    private static JsonObject VersionOf(SecretRecord secret, SecretVersion version)
    {
        var document = new JsonObject
        {
            ["version"] = version.Version,
            ["state"] = KeyLifeCycle.StateOf(secret, version),
            ["createdAt"] = Timestamp.Of(version.CreatedAt),
        };
        LifeDocument.AddTo(document, version.Life);
        return document;
    }
}
