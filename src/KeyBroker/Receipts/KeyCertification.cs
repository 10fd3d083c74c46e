using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Audit;

namespace KeyBroker.Receipts;

/// <summary>The broker's AK says that its host, in this state, vouched for a key: a TPM2_Quote.</summary>
/// <param name="Attest">TPMS_ATTEST (Part 2, 10.12.12), as signed.</param>
/// <param name="Signature">TPMT_SIGNATURE (Part 2, 11.3.4).</param>
internal sealed record KeyCertification(byte[] Attest, byte[] Signature)
{
    public static KeyCertification Parse(byte[] stored)
    {
        var members = StrictJson.ParseObject(stored, "attest", "signature");
        return new KeyCertification(members.Bytes("attest"), members.Bytes("signature"));
    }

    public JsonObject ToJson() => new()
    {
        ["attest"] = Base64Url.Encode(Attest),
        ["signature"] = Base64Url.Encode(Signature),
    };

    public byte[] ToBytes() => CanonicalJson.Bytes(ToJson());
}
