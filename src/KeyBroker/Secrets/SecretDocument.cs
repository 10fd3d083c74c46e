using System.Text.Json.Nodes;
using KeyBroker.Hosting;
using KeyBroker.Vault;

namespace KeyBroker.Secrets;

/// <summary>Secrets in the words of the contract (section 7): metadata, never a value.</summary>
internal static class SecretDocument
{
    public static JsonObject Of(SecretRecord secret) => new()
    {
        ["name"] = secret.Name,
        ["labels"] = Labels.ToJson(secret.Labels),
        ["newest"] = secret.Newest.Version,
        ["versions"] = new JsonArray([.. secret.Versions.Select(VersionOf)]),
    };

    /// <summary>The <c>secret</c> claim of a receipt.</summary>
    public static JsonObject Claim(SecretRecord secret, SecretVersion version) => new()
    {
        ["name"] = secret.Name,
        ["version"] = version.Version,
    };

    private static JsonObject VersionOf(SecretVersion version) => new()
    {
        ["version"] = version.Version,
        ["createdAt"] = Timestamp.Of(version.CreatedAt),
    };
}
