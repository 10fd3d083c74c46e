using System.Buffers.Binary;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Verifiers;

/// <summary>
/// VER-48. Evidence as Veraison's scheme tpm-enacttrust reads it (github.com/veraison/services, scheme/tpm-enacttrust): NODE_ID of 16 bytes, the
/// size of TPMS_ATTEST in two, TPMS_ATTEST, TPMT_SIGNATURE.
/// </summary>
internal static class EnactTrustToken
{
    public const string MediaType = "application/vnd.enacttrust.tpm-evidence";

    private const int NodeBytes = 16;

    /// <param name="evidence">Whose quote was verified, its nonce with it: the scheme looks at the signature and the registers alone.</param>
    /// <exception cref="ResultException">The scheme has no place for such a quote.</exception>
    public static byte[] Of(Evidence evidence)
    {
        Require(evidence.Signature is { Algorithm: TpmAlgorithm.EcDsa, Hash: TpmAlgorithm.Sha256 }, "an attestation key for ECDSA with SHA-256");
        Require(Attest.Parse(evidence.Attest).Quote is { Pcrs.Count: 1 }, "a quote over one bank of registers");
        var size = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(size, checked((ushort)evidence.Attest.Length));
        return [.. NodeOf(evidence.Machine), .. size, .. evidence.Attest, .. evidence.Signature.ToBytes()];
    }

    /// <summary>A UUID of version 8 (RFC 9562, 5.8) out of the machine's id, by which the verifier's operator provisions key and reference values.</summary>
    public static byte[] NodeOf(string machine)
    {
        var node = Convert.FromHexString(machine.AsSpan("sha256-".Length, NodeBytes * 2));
        node[6] = (byte)((node[6] & 0x0F) | 0x80);
        node[8] = (byte)((node[8] & 0x3F) | 0x80);
        return node;
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new ResultException($"it takes no such evidence: {what} is needed", "evidence");
        }
    }
}
