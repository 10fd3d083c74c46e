using System.Buffers.Text;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>A key's TPM2B_PUBLIC, and what TPM2_Certify by the attestation key says of it.</summary>
internal sealed record CertifiedPublic(byte[] Public, byte[] Certify, byte[] Signature)
{
    /// <param name="publicMember">How the member with the public area is called.</param>
    public void AddTo(JsonObject json, string publicMember)
    {
        json[publicMember] = Base64Url.EncodeToString(Public);
        json["certify"] = Base64Url.EncodeToString(Certify);
        json["signature"] = Base64Url.EncodeToString(Signature);
    }
}
