using System.Collections.Concurrent;
using System.Security.Cryptography;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Endorsements;

/// <summary>
/// An attestation key whose public area promises that only its own TPM's structures carry its signature.
/// </summary>
public sealed class AttestationKey
{
    private const ObjectAttributes Required = ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent
        | ObjectAttributes.SensitiveDataOrigin | ObjectAttributes.Restricted | ObjectAttributes.Sign;

    private const int MinimumRsaBits = 2048;
    private const int MaximumRsaBits = 4096;

    // Keys of the platform are not promised to be safe for two threads at once,
    // and importing one costs more than using it.
    private readonly ConcurrentBag<AsymmetricAlgorithm> _keys = [];
    private readonly Func<AsymmetricAlgorithm> _import;
    private readonly SignatureScheme _scheme;
    private bool _allowsSha1;

    private AttestationKey(SignatureScheme scheme, TpmName name, Func<AsymmetricAlgorithm> import)
    {
        (_scheme, Name, _import) = (scheme, name, import);
        HashName = HashAlgorithms.ToName(scheme.Hash);
        _keys.Add(import());
    }

    public TpmName Name { get; }

    /// <summary>The hash of the signature scheme, which also makes pcrDigest.</summary>
    internal HashAlgorithmName HashName { get; }

    /// <summary>
    /// The rules of section 3; the Name that is enrolled is the one computed from this very public area.
    /// </summary>
    /// <exception cref="DeniedException">enrollment-denied: ak-attributes or ak-algorithm.</exception>
    public static AttestationKey Check(TpmPublic publicArea)
    {
        // An unrestricted key signs any bytes, also a made-up quote; a decrypting one is no signing key alone.
        if ((publicArea.Attributes & Required) != Required || publicArea.Attributes.HasFlag(ObjectAttributes.Decrypt))
        {
            throw Denied(
                ReasonCodes.AttestationKeyAttributes,
                "an attestation key is fixedTPM, fixedParent, sensitiveDataOrigin, restricted and sign, and not decrypt");
        }

        return SchemeOf(publicArea) is { } scheme && IsAllowed(publicArea.NameAlgorithm)
            ? Import(publicArea, scheme)
            : throw WrongAlgorithm();
    }

    /// <summary>A key whose public area was not seen: for published quotes that come with a bare key.</summary>
    internal static AttestationKey DangerousFromKey(
        SignatureScheme scheme, Func<AsymmetricAlgorithm> import, bool allowSha1 = false) =>
        new(scheme, default, import) { _allowsSha1 = allowSha1 };

    public bool Verifies(ReadOnlySpan<byte> attest, TpmSignature signature)
    {
        // The enrolled scheme decides, never what the signature says of itself.
        if (signature.Algorithm != _scheme.Scheme || signature.Hash != _scheme.Hash)
        {
            return false;
        }

        var key = _keys.TryTake(out var idle) ? idle : _import();
        var verifies = Verifies(key, attest, signature);
        _keys.Add(key);
        return verifies;
    }

    private bool Verifies(AsymmetricAlgorithm key, ReadOnlySpan<byte> attest, TpmSignature signature)
    {
        try
        {
            return _allowsSha1 ? signature.DangerousVerifyData(key, attest) : signature.VerifyData(key, attest);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static SignatureScheme? SchemeOf(TpmPublic publicArea)
    {
        var scheme = publicArea.Parameters switch
        {
            RsaPublicParameters rsa when IsAllowed(rsa) => rsa.Scheme,
            EccPublicParameters ecc when IsAllowed(ecc) => ecc.Scheme,
            _ => null,
        };
        return scheme is not null && IsAllowed(scheme.Hash) ? scheme : null;
    }

    private static bool IsAllowed(RsaPublicParameters rsa) =>
        rsa.KeyBits is >= MinimumRsaBits and <= MaximumRsaBits
        && rsa.Exponent is 0 or 65537
        && rsa.Scheme.Scheme is TpmAlgorithm.RsaSsa or TpmAlgorithm.RsaPss;

    private static bool IsAllowed(EccPublicParameters ecc) =>
        ecc.Curve is TpmEccCurve.NistP256 or TpmEccCurve.NistP384 && ecc.Scheme.Scheme == TpmAlgorithm.EcDsa;

    private static bool IsAllowed(TpmAlgorithm hash) =>
        hash is TpmAlgorithm.Sha256 or TpmAlgorithm.Sha384 or TpmAlgorithm.Sha512;

    private static AttestationKey Import(TpmPublic publicArea, SignatureScheme scheme)
    {
        try
        {
            return new AttestationKey(scheme, publicArea.Name, publicArea.ToKey);
        }
        catch (Exception failure) when (failure is TpmFormatException or CryptographicException)
        {
            throw WrongAlgorithm(); // Not a key: off its curve, or of another size than it says.
        }
    }

    private static DeniedException WrongAlgorithm() => Denied(
        ReasonCodes.AttestationKeyAlgorithm,
        "an attestation key is RSASSA or RSAPSS of 2048 bits or more, or ECDSA on P-256 or P-384, with SHA-256, SHA-384 or SHA-512");

    private static DeniedException Denied(string reason, string message) =>
        new(ProblemCodes.EnrollmentDenied, new Reason(reason, message));
}
