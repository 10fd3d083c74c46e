using System.Security.Cryptography;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Recipients;

/// <summary>A storage key of the attested machine's own TPM, which objects can be wrapped for. It cannot exist otherwise.</summary>
public sealed class StorageParent
{
    private const ObjectAttributes Required = ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent
        | ObjectAttributes.SensitiveDataOrigin | ObjectAttributes.Restricted | ObjectAttributes.Decrypt;

    private const int MinimumRsaBits = 2048;
    private const int MaximumRsaBits = 4096;

    private StorageParent(TpmPublic area) => Public = area;

    public TpmPublic Public { get; }

    /// <exception cref="DeniedException">operation-denied with quote-binding, or evidence-malformed.</exception>
    public static StorageParent Check(CertifiedClaim claim, AttestationKey key)
    {
        claim.CheckCertified(key);

        // CER-3. What is wrapped for this key opens in this TPM and in no other.
        var area = claim.Public;
        claim.Require(
            (area.Attributes & Required) == Required && !area.Attributes.HasFlag(ObjectAttributes.Sign),
            "a parent is fixedTPM, fixedParent, sensitiveDataOrigin, restricted and decrypt, and does not sign");
        claim.Require(
            IsAllowed(area.Parameters) && IsKey(area),
            "a parent is RSA of 2048 bits or more, or ECC on P-256 or P-384, with AES in CFB mode and no scheme");
        return new StorageParent(area);
    }

    private static bool IsAllowed(PublicParameters parameters) => parameters switch
    {
        RsaPublicParameters rsa => rsa.KeyBits is >= MinimumRsaBits and <= MaximumRsaBits
            && rsa.Exponent is 0 or 65537
            && rsa.Scheme.Scheme == TpmAlgorithm.Null
            && IsAllowed(rsa.Symmetric),
        EccPublicParameters ecc => ecc.Curve is TpmEccCurve.NistP256 or TpmEccCurve.NistP384
            && ecc.Scheme.Scheme == TpmAlgorithm.Null
            && ecc.Kdf.Scheme == TpmAlgorithm.Null
            && IsAllowed(ecc.Symmetric),
        _ => false,
    };

    private static bool IsAllowed(SymmetricDefinition symmetric) =>
        symmetric is { Algorithm: TpmAlgorithm.Aes, Mode: TpmAlgorithm.Cfb, KeyBits: 128 or 192 or 256 };

    private static bool IsKey(TpmPublic area)
    {
        try
        {
            using AsymmetricAlgorithm key = area.ToKey();
            return true;
        }
        catch (TpmFormatException)
        {
            return false; // Off its curve, or of another size than it says.
        }
    }
}
