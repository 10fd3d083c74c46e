using System.Buffers.Binary;
using System.Security.Cryptography;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Attestation.Recipients;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Quotes;

/// <summary>
/// A quote that the enrolled key signed over this evidence's runtime data; its freshness is not known yet.
/// </summary>
public sealed class AuthenticQuote
{
    private AuthenticQuote(Evidence.Evidence evidence, AttestationKey key, Attest attest) =>
        (Evidence, Key, Attest) = (evidence, key, attest);

    /// <summary>The evidence; its register values are still only claimed.</summary>
    public Evidence.Evidence Evidence { get; }

    /// <summary>Which of the evidence's keys the same TPM holds.</summary>
    public required ResidentKeys Residents { get; init; }

    internal AttestationKey Key { get; }

    internal Attest Attest { get; }

    /// <summary>Signature, magic, type, decoding, binding and residence, in the order of section 4.</summary>
    /// <exception cref="DeniedException">attestation-denied with the reason, or evidence-malformed.</exception>
    public static AuthenticQuote Check(Evidence.Evidence evidence, AttestationKey key)
    {
        var attest = CheckSigned(evidence.Attest, evidence.Signature, key);
        CheckBinding(evidence.Runtime, attest);
        return new AuthenticQuote(evidence, key, attest) { Residents = CheckResidents(evidence.Runtime, key) };
    }

    internal static Attest CheckSigned(byte[] attest, TpmSignature signature, AttestationKey key)
    {
        // Section 4, signature. Until it holds, every other byte is the attacker's.
        if (!key.Verifies(attest, signature))
        {
            throw Denied(ReasonCodes.QuoteSignature, "the signature is not by the enrolled attestation key");
        }

        // Section 4, magic. A restricted key signs no outside bytes that begin with it.
        if (attest.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32BigEndian(attest) != Attest.GeneratedValue)
        {
            throw Denied(ReasonCodes.QuoteMagic, "the signed structure was not made by a TPM");
        }

        // Section 4, type. The other attestations carry the caller's extraData just as well.
        if (attest.Length < 6 || BinaryPrimitives.ReadUInt16BigEndian(attest.AsSpan(4)) != Attest.QuoteType)
        {
            throw Denied(ReasonCodes.QuoteType, "the signed structure is not a quote");
        }

        return Decode(attest);
    }

    private static Attest Decode(byte[] bytes)
    {
        try
        {
            return Attest.Parse(bytes);
        }
        catch (TpmFormatException)
        {
            throw new DeniedException(
                ProblemCodes.EvidenceMalformed,
                new Reason(ProblemCodes.EvidenceMalformed, "not a TPMS_ATTEST") { Path = "quote.attest" });
        }
    }

    // Section 4, extraData: exactly the SHA-256 of the runtime data as received, no shorter, no padding.
    private static void CheckBinding(Evidence.RuntimeData runtime, Attest attest)
    {
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(runtime.Bytes), attest.ExtraData.Span))
        {
            throw Denied(ReasonCodes.QuoteBinding, "the quote is not over this runtimeData");
        }
    }

    // Section 4, residence: a key that claims to live in this TPM does.
    private static ResidentKeys CheckResidents(Evidence.RuntimeData runtime, AttestationKey key) =>
        runtime.EncClaim is null && runtime.CnfClaim is null ? ResidentKeys.None : new ResidentKeys(
            ResidentKey.CheckEncryptionKey(runtime.EncClaim, runtime.Enc, key),
            ResidentKey.CheckProofKey(runtime.CnfClaim, runtime.Cnf, key));

    private static DeniedException Denied(string reason, string message) =>
        new(ProblemCodes.AttestationDenied, new Reason(reason, message));
}
