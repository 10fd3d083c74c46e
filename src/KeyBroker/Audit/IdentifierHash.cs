using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Vault;

namespace KeyBroker.Audit;

/// <summary>Shows a record without the names in it: who has the root can tell whether a hash is a given name's, and nobody else can.</summary>
internal sealed class IdentifierHash(RootKeys root)
{
    private const string Prefix = "hmac-";
    private static readonly string[] s_identifiers = ["machine", "peer", "resource"];
    private readonly byte[] _key = root.Derive("audit-identifiers", 32);

    public string Redact(string record)
    {
        var members = JsonNode.Parse(record)!.AsObject();
        foreach (var name in s_identifiers)
        {
            if (members[name] is JsonValue value)
            {
                members[name] = Of(value.GetValue<string>());
            }
        }

        if (members["changes"] is JsonArray changes)
        {
            members["changes"] = new JsonArray([.. changes.Select(change => JsonValue.Create(WithoutValue(change!.GetValue<string>())))]);
        }

        return CanonicalJson.Text(members);
    }

    // A body names what it is about, and perhaps whom.
    private string WithoutValue(string change)
    {
        var at = change.IndexOf('=', StringComparison.Ordinal) + 1;
        return change[..at] + Of(change[at..]);
    }

    public string Of(string identifier) =>
        Prefix + Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(identifier)).AsSpan(0, 16));
}
