using KeyBroker.Attestation.Endorsements;
using KeyBroker.Conformance.Keys;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Quotes;

/// <summary>The key of a published quote. It was never enrolled, so only its own scheme binds it, and SHA-1 is not refused.</summary>
internal static class Signer
{
    public static AttestationKey Of(Case one, TpmSignature signature)
    {
        var (import, scheme) = PublicKeyFile.OfSigner(one);
        return AttestationKey.DangerousFromKey(
            scheme ?? new SignatureScheme(signature.Algorithm, signature.Hash), import, allowSha1: true);
    }

    /// <summary>What the product would say of such a key at enrolment.</summary>
    public static string Remark(TpmSignature signature) =>
        signature.Hash == TpmAlgorithm.Sha1 ? "; a key that signs with SHA-1 could not be enrolled" : "";
}
