using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Verification;

/// <summary>Whether a record of the audit is the one that a receipt names as its own.</summary>
internal static class ReceiptMatch
{
    private const int MostBytes = 1024 * 1024;

    /// <summary>What they differ in; null where it is nothing.</summary>
    /// <param name="file">Holds the receipt, which 'verify receipt' checks: here only its words count.</param>
    /// <param name="record">A record that was proven to be in the log.</param>
    /// <exception cref="FormatException">There is no receipt in it.</exception>
    public static string? Difference(string file, string record)
    {
        var receipt = Claims(Encoding.UTF8.GetString(InputFile.Read(file, MostBytes)).Trim());
        var written = StrictJson.ParseNode(Encoding.UTF8.GetBytes(record)) as JsonObject ?? [];
        var kind = Text(receipt["sub"])?.StartsWith("secrets/", StringComparison.Ordinal) is true ? "secret" : "key";
        var subject = receipt["key"] ?? receipt["secret"];
        (string Name, string? Said, string? Written)[] pairs =
        [
            ("seq", Text(receipt["seq"]), Text(written["seq"])),
            ("op", $"{kind}.{Text(receipt["op"])}", Text(written["op"])),
            ("outcome", "done", Text(written["outcome"])),
            ("sub", Text(receipt["sub"]), Text(written["resource"])),
            ("version", Text((subject as JsonObject)?["version"]) ?? Text(written["version"]), Text(written["version"])),
            ("aud", Text(receipt["aud"]), Text(written["machine"])),
            ("att.jti", Text((receipt["att"] as JsonObject)?["jti"]), Text(written["jti"])),
            ("att.policy", Text((receipt["att"] as JsonObject)?["policy"]), Text(written["policy"])),
            ("att.policyDigest", Text((receipt["att"] as JsonObject)?["policyDigest"]), Text(written["policyDigest"])),
            ("req", Text(receipt["req"]), Text(written["req"])),
        ];
        return pairs.FirstOrDefault(pair => pair.Said != pair.Written).Name;
    }

    private static JsonObject Claims(string receipt) => receipt.Split('.') is [_, var payload, _]
        && Base64Url.TryDecode(payload) is { } bytes && StrictJson.ParseNode(bytes) is JsonObject claims
            ? claims
            : throw new FormatException("one receipt is expected, as --receipt kept it");

    private static string? Text(JsonNode? node) => (node as JsonValue)?.ToString();
}
