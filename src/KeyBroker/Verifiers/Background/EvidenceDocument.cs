using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Verifiers;

/// <summary>Evidence as it goes to verifiers: as it came, and the key that signed it.</summary>
internal sealed class EvidenceDocument
{
    public const string MediaType = "application/vnd.keybroker.evidence+json";

    private readonly Evidence _evidence;
    private readonly byte[] _json;

    private EvidenceDocument(Evidence evidence, byte[] json) => (_evidence, _json) = (evidence, json);

    public RuntimeData Runtime => _evidence.Runtime;

    /// <summary>The extraData of the quote: the nonce under which the verifier appraises.</summary>
    public byte[] Nonce => SHA256.HashData(Runtime.Bytes);

    /// <param name="evidence">Whose quote was verified: nobody makes this broker send what a stranger wrote.</param>
    /// <param name="attestationKey">TPM2B_PUBLIC as enrolled.</param>
    public static EvidenceDocument Of(Evidence evidence, byte[] attestationKey)
    {
        var document = new JsonObject
        {
            ["machine"] = evidence.Machine,
            ["ak"] = new JsonObject { ["public"] = Base64Url.Encode(attestationKey) },
            ["runtimeData"] = Base64Url.Encode(evidence.Runtime.Bytes),
            ["quote"] = new JsonObject
            {
                ["attest"] = Base64Url.Encode(evidence.Attest),
                ["signature"] = Base64Url.Encode(evidence.Signature.ToBytes()),
            },
            ["pcrs"] = new JsonObject(evidence.Pcrs.Select(bank => KeyValuePair.Create<string, JsonNode?>(
                PcrBanks.NameOf(bank.Key), new JsonObject(bank.Value.Select(Register))))),
        };
        if (evidence.EventLog is { } log)
        {
            document["eventLog"] = Base64Url.Encode(log);
        }

        return new EvidenceDocument(evidence, Encoding.UTF8.GetBytes(document.ToJsonString()));
    }

    /// <exception cref="ResultException">It cannot be written so.</exception>
    public byte[] Written(EvidenceShape shape) => shape == EvidenceShape.EnactTrust ? EnactTrustToken.Of(_evidence) : _json;

    private static KeyValuePair<string, JsonNode?> Register(KeyValuePair<int, byte[]> register) =>
        new(register.Key.ToString(CultureInfo.InvariantCulture), Convert.ToHexStringLower(register.Value));
}
