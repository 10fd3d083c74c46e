using KeyBroker.Tpm.Structures;

namespace KeyBroker.Vault;

/// <summary>The public areas of keys that live in the TPM: each type and use with the fewest rights that serve.</summary>
internal static class KeyTemplates
{
    /// <param name="operations">A signing key never decrypts, and the other way round: the TPM itself sees to it.</param>
    public static TpmPublic Of(KeyType type, IReadOnlyList<string> operations, Residence residence) => type.Family switch
    {
        KeyFamily.Ec when Signs(operations) => EcSigning(type, residence),
        KeyFamily.Ec => EcAgreement(type, residence),
        KeyFamily.Rsa when Signs(operations) => RsaSigning(type, residence),
        KeyFamily.Rsa => RsaDecryption(type, residence),
        KeyFamily.Hmac => Hmac(residence),
        _ => throw new InvalidOperationException($"no key of type {type.Name} lives in the TPM"),
    };

    private static bool Signs(IReadOnlyList<string> operations) => operations.Any(operation => operation is "sign" or "verify");

    private static TpmPublic EcSigning(KeyType type, Residence residence) =>
        Ec(type, ObjectAttributes.Sign, TpmAlgorithm.EcDsa, residence);

    private static TpmPublic EcAgreement(KeyType type, Residence residence) =>
        Ec(type, ObjectAttributes.Decrypt, TpmAlgorithm.Ecdh, residence);

    private static TpmPublic Ec(KeyType type, ObjectAttributes use, TpmAlgorithm scheme, Residence residence)
    {
        var (curve, hash) = type.Bits == 256
            ? (TpmEccCurve.NistP256, TpmAlgorithm.Sha256)
            : (TpmEccCurve.NistP384, TpmAlgorithm.Sha384);
        return Key(TpmAlgorithm.Ecc, use, residence) with
        {
            Parameters = new EccPublicParameters(
                SymmetricDefinition.Null, new SignatureScheme(scheme, hash), curve, SignatureScheme.Null),
            Unique = new EccUnique(default, default),
        };
    }

    /// <summary>Bound to no scheme, because one key serves RS256 and PS256; the broker names one of them at every signature.</summary>
    private static TpmPublic RsaSigning(KeyType type, Residence residence) =>
        Rsa(type, ObjectAttributes.Sign, SignatureScheme.Null, residence);

    private static TpmPublic RsaDecryption(KeyType type, Residence residence) =>
        Rsa(type, ObjectAttributes.Decrypt, new SignatureScheme(TpmAlgorithm.Oaep, TpmAlgorithm.Sha256), residence);

    private static TpmPublic Rsa(KeyType type, ObjectAttributes use, SignatureScheme scheme, Residence residence) =>
        Key(TpmAlgorithm.Rsa, use, residence) with
        {
            Parameters = new RsaPublicParameters(SymmetricDefinition.Null, scheme, type.Bits, 0),
            Unique = new RsaUnique(default),
        };

    private static TpmPublic Hmac(Residence residence) => Key(TpmAlgorithm.KeyedHash, ObjectAttributes.Sign, residence) with
    {
        Parameters = new KeyedHashParameters(new SignatureScheme(TpmAlgorithm.Hmac, TpmAlgorithm.Sha256)),
        Unique = new DigestUnique(default),
    };

    private static TpmPublic Key(TpmAlgorithm type, ObjectAttributes use, Residence residence) => new()
    {
        Type = type,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = VaultTemplates.Child(residence) | ObjectAttributes.SensitiveDataOrigin | use,
        Parameters = KeyedHashParameters.Null,
        Unique = new DigestUnique(default),
    };
}
