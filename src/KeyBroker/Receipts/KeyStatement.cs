using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Audit;

namespace KeyBroker.Receipts;

/// <summary>What the broker says about a signing key of its own; the TPM certifies exactly these bytes.</summary>
internal sealed record KeyStatement(string Issuer, string Jkt, string Use, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private static readonly byte[] s_label = "keybroker-signing-key-v1"u8.ToArray();

    public static KeyStatement Parse(byte[] statement)
    {
        var members = StrictJson.ParseObject(statement, "issuer", "jkt", "use", "notBefore", "notAfter");
        return new KeyStatement(
            members.Text("issuer"), members.Text("jkt"), members.Text("use"),
            Time(members.Text("notBefore")), Time(members.Text("notAfter")));
    }

    /// <summary>What a TPM signs as extraData to vouch for a statement.</summary>
    public static byte[] ExtraData(byte[] statement) => SHA256.HashData([.. s_label, .. statement]);

    public byte[] ToBytes() => CanonicalJson.Bytes(new JsonObject
    {
        ["issuer"] = Issuer,
        ["jkt"] = Jkt,
        ["use"] = Use,
        ["notBefore"] = Text(NotBefore),
        ["notAfter"] = Text(NotAfter),
    });

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
