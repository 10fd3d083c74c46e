using System.Buffers.Binary;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Recipients;

/// <summary>
/// The claim that a key lives in the machine's TPM: its public area, and what TPM2_Certify said of it. Untrusted until checked.
/// </summary>
public sealed class CertifiedClaim
{
    private const string CertifyMember = "certify";
    private const string SignatureMember = "signature";

    private readonly byte[] _certify;
    private readonly TpmSignature _signature;
    private readonly (string Code, string Path) _refusal;

    private CertifiedClaim(TpmPublic area, byte[] certify, TpmSignature signature, (string Code, string Path) refusal) =>
        (Public, _certify, _signature, _refusal) = (area, certify, signature, refusal);

    /// <summary>The public area; only <see cref="CheckCertified"/> makes it more than words.</summary>
    internal TpmPublic Public { get; }

    /// <summary>The three members that stand beside a JWK; null where there is none of them.</summary>
    /// <exception cref="DeniedException">request-malformed: some of them, or not what they should be.</exception>
    public static CertifiedClaim? ParseBeside(StrictObject members, string path) =>
        members.Has(CertifyMember) || members.Has(SignatureMember) || members.Has("public")
            ? Parse(members, "public", (ProblemCodes.AttestationDenied, path))
            : null;

    /// <summary>The members of a storage key that a secret is to be released to.</summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static CertifiedClaim ParseParent(StrictObject members, string path) =>
        Parse(members, "parent", (ProblemCodes.OperationDenied, path));

    /// <summary>
    /// That the attestation key's own TPM held this very object. What extraData says does not count: the statement does not grow old.
    /// </summary>
    /// <exception cref="DeniedException">quote-binding under the claim's code, or evidence-malformed.</exception>
    internal void CheckCertified(AttestationKey key)
    {
        // CER-1. The signature first, over the bytes as received.
        Require(key.Verifies(_certify, _signature), "certify is not signed by the enrolled attestation key");
        Require(
            _certify.Length >= 6
                && BinaryPrimitives.ReadUInt32BigEndian(_certify) == Attest.GeneratedValue
                && BinaryPrimitives.ReadUInt16BigEndian(_certify.AsSpan(4)) == Attest.CertifyType,
            "certify is not a TPM2_Certify statement");

        // A TPM loads keys without a name algorithm from outside and certifies them, under the empty name that they all have.
        Require(
            Public.NameAlgorithm is TpmAlgorithm.Sha256 or TpmAlgorithm.Sha384 or TpmAlgorithm.Sha512,
            "the key's name is not by SHA-256, SHA-384 or SHA-512");
        Require(Decode().Certify!.Name == Public.Name, "certify is of another key than the public area");
    }

    /// <exception cref="DeniedException">quote-binding under the claim's code.</exception>
    internal void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new DeniedException(_refusal.Code, new Reason(ReasonCodes.QuoteBinding, message) { Path = _refusal.Path });
        }
    }

    private Attest Decode()
    {
        try
        {
            return Attest.Parse(_certify);
        }
        catch (TpmFormatException)
        {
            throw new DeniedException(
                ProblemCodes.EvidenceMalformed,
                new Reason(ProblemCodes.EvidenceMalformed, "not a TPMS_ATTEST") { Path = $"{_refusal.Path}.{CertifyMember}" });
        }
    }

    private static CertifiedClaim Parse(StrictObject members, string publicMember, (string Code, string Path) refusal) => new(
        Read(members, publicMember, "not a TPM2B_PUBLIC", TpmPublic.ParseSized),
        members.Bytes(CertifyMember),
        Read(members, SignatureMember, "not a TPMT_SIGNATURE", TpmSignature.Parse),
        refusal);

    private static T Read<T>(StrictObject members, string name, string message, Func<ReadOnlySpan<byte>, T> parse)
    {
        try
        {
            return parse(members.Bytes(name));
        }
        catch (TpmFormatException)
        {
            throw DeniedException.Malformed(message, name);
        }
    }
}
