using System.Security.Cryptography;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Recipients;

/// <summary>Decides whether a key of runtimeData was made in the machine's TPM and can never leave it.</summary>
internal static class ResidentKey
{
    private const ObjectAttributes Fixed =
        ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent | ObjectAttributes.SensitiveDataOrigin;

    private const ObjectAttributes Uses = ObjectAttributes.Restricted | ObjectAttributes.Decrypt | ObjectAttributes.Sign;

    /// <summary>The name of the key that secrets are encrypted to; null where nothing is claimed of it.</summary>
    /// <exception cref="DeniedException">attestation-denied with quote-binding, or evidence-malformed.</exception>
    public static TpmName? CheckEncryptionKey(CertifiedClaim? claim, PublicJwk? jwk, AttestationKey key) =>
        claim is null ? null : Check(claim, jwk!, (ObjectAttributes.Decrypt, HasDecryptionScheme(claim.Public)), key);

    /// <summary>The name of the key that proves possession of the token; null where nothing is claimed of it.</summary>
    /// <exception cref="DeniedException">attestation-denied with quote-binding, or evidence-malformed.</exception>
    public static TpmName? CheckProofKey(CertifiedClaim? claim, PublicJwk jwk, AttestationKey key) =>
        claim is null ? null : Check(claim, jwk, (ObjectAttributes.Sign, HasProofScheme(claim.Public)), key);

    private static TpmName Check(
        CertifiedClaim claim, PublicJwk jwk, (ObjectAttributes Use, bool HasScheme) expected, AttestationKey key)
    {
        claim.CheckCertified(key);

        // CER-2. The JWK is the certified key, and neither a copy of it nor another use of it exists.
        var area = claim.Public;
        claim.Require(IsOf(jwk, area), "the public area is of another key than the JWK");
        claim.Require((area.Attributes & Fixed) == Fixed, "the key is not fixedTPM, fixedParent and sensitiveDataOrigin");
        claim.Require((area.Attributes & Uses) == expected.Use, "the key has another use than this one, or is restricted");
        claim.Require(expected.HasScheme, "the key is bound to a scheme that is not used here");
        return area.Name;
    }

    // ECDH-ES takes the shared point, RSA-OAEP-256 takes what its name says.
    private static bool HasDecryptionScheme(TpmPublic area) => area.Parameters switch
    {
        EccPublicParameters ecc => ecc.Scheme.Scheme is TpmAlgorithm.Null or TpmAlgorithm.Ecdh,
        RsaPublicParameters rsa => rsa.Scheme.Scheme == TpmAlgorithm.Null
            || rsa.Scheme is { Scheme: TpmAlgorithm.Oaep, Hash: TpmAlgorithm.Sha256 },
        _ => false,
    };

    private static bool HasProofScheme(TpmPublic area) => area.Parameters is EccPublicParameters ecc
        && (ecc.Scheme.Scheme == TpmAlgorithm.Null || ecc.Scheme is { Scheme: TpmAlgorithm.EcDsa, Hash: TpmAlgorithm.Sha256 });

    private static bool IsOf(PublicJwk jwk, TpmPublic area)
    {
        try
        {
            using AsymmetricAlgorithm key = jwk.IsRsa ? jwk.ToRsa() : jwk.ToEcdsa();
            return area.SubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());
        }
        catch (TpmFormatException)
        {
            return false; // Not an asymmetric key, or no valid one.
        }
    }
}
