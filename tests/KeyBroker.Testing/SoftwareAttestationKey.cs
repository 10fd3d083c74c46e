using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Testing;

/// <summary>A key in software that signs whatever it is given and describes itself as a restricted attestation key.</summary>
public sealed class SoftwareAttestationKey : IDisposable
{
    private const ObjectAttributes Attributes = ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent
        | ObjectAttributes.SensitiveDataOrigin | ObjectAttributes.UserWithAuth
        | ObjectAttributes.Restricted | ObjectAttributes.Sign;

    private readonly AsymmetricAlgorithm _key;
    private readonly SignatureScheme _scheme;

    private SoftwareAttestationKey(AsymmetricAlgorithm key, SignatureScheme scheme) => (_key, _scheme) = (key, scheme);

    public TpmAlgorithm Hash => _scheme.Hash;

    public TpmPublic Public => new()
    {
        Type = _key is RSA ? TpmAlgorithm.Rsa : TpmAlgorithm.Ecc,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = Attributes,
        Parameters = Parameters(),
        Unique = Unique(),
    };

    public static SoftwareAttestationKey EccP256(TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        new(ECDsa.Create(ECCurve.NamedCurves.nistP256), new SignatureScheme(TpmAlgorithm.EcDsa, hash));

    public static SoftwareAttestationKey EccP384(TpmAlgorithm hash = TpmAlgorithm.Sha384) =>
        new(ECDsa.Create(ECCurve.NamedCurves.nistP384), new SignatureScheme(TpmAlgorithm.EcDsa, hash));

    public static SoftwareAttestationKey RsaSsa(TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        new(RSA.Create(2048), new SignatureScheme(TpmAlgorithm.RsaSsa, hash));

    public static SoftwareAttestationKey RsaPss(TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        new(RSA.Create(2048), new SignatureScheme(TpmAlgorithm.RsaPss, hash));

    public TpmSignature Sign(byte[] message)
    {
        var hash = HashAlgorithms.ToName(_scheme.Hash);
        if (_key is RSA rsa)
        {
            var padding = _scheme.Scheme == TpmAlgorithm.RsaPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
            return TpmSignature.OfRsa(_scheme.Scheme, _scheme.Hash, rsa.SignData(message, hash, padding));
        }

        var signature = ((ECDsa)_key).SignData(message, hash);
        var half = signature.Length / 2;
        return TpmSignature.OfEcdsa(_scheme.Hash, signature.AsMemory(0, half), signature.AsMemory(half));
    }

    public void Dispose() => _key.Dispose();

    private PublicParameters Parameters() => _key is RSA
        ? new RsaPublicParameters(SymmetricDefinition.Null, _scheme, _key.KeySize, 0)
        : new EccPublicParameters(
            SymmetricDefinition.Null,
            _scheme,
            _key.KeySize == 256 ? TpmEccCurve.NistP256 : TpmEccCurve.NistP384,
            SignatureScheme.Null);

    private PublicUnique Unique()
    {
        if (_key is RSA rsa)
        {
            return new RsaUnique(rsa.ExportParameters(false).Modulus);
        }

        var point = ((ECDsa)_key).ExportParameters(false).Q;
        return new EccUnique(point.X, point.Y);
    }
}
