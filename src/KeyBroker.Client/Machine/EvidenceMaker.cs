using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Client;

/// <summary>Has the TPM quote its registers together with a nonce and the keys of this machine.</summary>
internal sealed class EvidenceMaker(ProofKey proofKey, EncryptionKey encryptionKey)
{
    /// <param name="by">The TPM, and whose AK in it signs.</param>
    /// <param name="selection">The registers.</param>
    /// <param name="nonce">The broker's.</param>
    /// <param name="request">SHA-256 of the body of the one request that this is for; null for any.</param>
    public JsonObject Quote((string Tcti, Identity Identity) by, IReadOnlyList<PcrSelection> selection, string nonce, byte[]? request)
    {
        var runtimeData = new JsonObject
        {
            ["nonce"] = nonce,
            ["cnf"] = proofKey.Attested(),
            ["enc"] = encryptionKey.Attested(),
        };
        if (request is not null)
        {
            runtimeData["req"] = Base64Url.EncodeToString(request);
        }

        var (tcti, identity) = by;
        var bytes = Encoding.UTF8.GetBytes(runtimeData.ToJsonString());
        using var tpm = MachineTpm.Open(tcti);
        var quote = tpm.Quote(new WrappedKey(identity.AkPublic, identity.AkPrivate), SHA256.HashData(bytes), selection);
        return new JsonObject
        {
            ["machine"] = identity.Machine,
            ["runtimeData"] = Base64Url.EncodeToString(bytes),
            ["quote"] = new JsonObject
            {
                ["attest"] = Base64Url.EncodeToString(quote.Attest),
                ["signature"] = Base64Url.EncodeToString(quote.Signature),
            },
            ["pcrs"] = quote.Pcrs.ToJson(),
        };
    }
}
