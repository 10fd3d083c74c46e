using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Audit;
using KeyBroker.Vault;

namespace KeyBroker.Receipts;

/// <summary>The broker's AK says that its host, in this state, vouched for a key: a TPM2_Quote.</summary>
/// <param name="Attest">TPMS_ATTEST (Part 2, 10.12.12), as signed.</param>
/// <param name="Signature">TPMT_SIGNATURE (Part 2, 11.3.4).</param>
internal sealed record KeyCertification(byte[] Attest, byte[] Signature)
{
    /// <summary>The values that the quote is over, as <c>{"sha256":{"0":"hex"}}</c>; null of a key made before they were kept.</summary>
    public string? Pcrs { get; init; }

    public static KeyCertification Of(BrokerQuote quote) => new(quote.Attest, quote.Signature.ToBytes())
    {
        Pcrs = CanonicalJson.Text(new JsonObject
        {
            ["sha256"] = new JsonObject(quote.Registers.Select(register => KeyValuePair.Create<string, JsonNode?>(
                $"{register.Index}", Convert.ToHexStringLower(register.Value)))),
        }),
    };

    public static KeyCertification Parse(byte[] stored)
    {
        var members = StrictJson.ParseObject(stored, "attest", "signature", "pcrs");
        return new KeyCertification(members.Bytes("attest"), members.Bytes("signature"))
        {
            Pcrs = members.Optional("pcrs")?.GetRawText(),
        };
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["attest"] = Base64Url.Encode(Attest),
            ["signature"] = Base64Url.Encode(Signature),
        };
        if (Pcrs is not null)
        {
            json["pcrs"] = JsonNode.Parse(Pcrs);
        }

        return json;
    }

    public byte[] ToBytes() => CanonicalJson.Bytes(ToJson());
}
