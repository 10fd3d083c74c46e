using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Audit;

/// <summary>The canonical form of an event: JSON with sorted members (RFC 8785), absent ones left out, long texts cut.</summary>
internal static class AuditRecord
{
    private const int LongestText = 512;

    /// <param name="isClockBack">L09. The record before has a later time: the order is that of the numbers.</param>
    public static string Canonical(long sequence, long atMilliseconds, AuditEvent occurred, bool isClockBack = false)
    {
        var record = new JsonObject();
        Add("at", atMilliseconds);
        Add("changes", Texts(occurred.Changes));
        Add("clock", isClockBack ? "back" : null);
        Add("code", Cut(occurred.Code));
        Add("items", occurred.Items);
        Add("jti", Cut(occurred.Jti));
        Add("machine", Cut(occurred.Machine));
        Add("observed", Texts(occurred.Observed));
        Add("op", Cut(occurred.Operation));
        Add("outcome", Cut(occurred.Outcome));
        Add("peer", Cut(occurred.Peer));
        Add("policy", Cut(occurred.Policy));
        Add("policyDigest", Cut(occurred.PolicyDigest));
        Add("reasons", Texts(occurred.Reasons));
        Add("recipient", Cut(occurred.Recipient));
        Add("req", occurred.RequestDigest is { } digest ? Base64Url.Encode(digest) : null);
        Add("requestId", Cut(occurred.RequestId));
        Add("resource", Cut(occurred.Resource));
        Add("seq", sequence);
        Add("version", occurred.Version);
        Add("versions", occurred.Versions is { } versions ? new JsonArray([.. versions.Select(version => JsonValue.Create(version))]) : null);
        return CanonicalJson.Text(record);

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                record[name] = value;
            }
        }
    }

    /// <summary>The time in a record: its first member, as members are sorted.</summary>
    public static long At(string record)
    {
        const int Start = 6; // Behind {"at":
        return long.Parse(record.AsSpan(Start, record.IndexOf(',', StringComparison.Ordinal) - Start), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static JsonArray? Texts(IReadOnlyList<string>? texts) => texts is { Count: > 0 }
        ? new JsonArray([.. texts.Select(text => JsonValue.Create(Cut(text)))])
        : null;

    private static string? Cut(string? text) => text?.Length > LongestText ? text[..LongestText] : text;
}
