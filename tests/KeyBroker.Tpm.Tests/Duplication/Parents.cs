using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Tests.Duplication;

/// <summary>Storage keys of every kind a TPM has.</summary>
internal static class Parents
{
    private const ObjectAttributes Attributes = ObjectAttributes.Restricted | ObjectAttributes.Decrypt
        | ObjectAttributes.UserWithAuth | ObjectAttributes.NoDa
        | ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent | ObjectAttributes.SensitiveDataOrigin;

    internal static IReadOnlyList<string> Names { get; } = ["ecc-p256", "ecc-p384", "rsa-2048"];

    internal static TpmPublic Template(string name) => name switch
    {
        "ecc-p256" => Ecc(TpmEccCurve.NistP256, TpmAlgorithm.Sha256, SymmetricDefinition.Aes128Cfb),
        "ecc-p384" => Ecc(TpmEccCurve.NistP384, TpmAlgorithm.Sha384, SymmetricDefinition.Aes256Cfb),
        _ => new TpmPublic
        {
            Type = TpmAlgorithm.Rsa,
            NameAlgorithm = TpmAlgorithm.Sha256,
            Attributes = Attributes,
            Parameters = new RsaPublicParameters(SymmetricDefinition.Aes128Cfb, SignatureScheme.Null, 2048, 0),
            Unique = new RsaUnique(default),
        },
    };

    private static TpmPublic Ecc(TpmEccCurve curve, TpmAlgorithm hash, SymmetricDefinition symmetric) => new()
    {
        Type = TpmAlgorithm.Ecc,
        NameAlgorithm = hash,
        Attributes = Attributes,
        Parameters = new EccPublicParameters(symmetric, SignatureScheme.Null, curve, SignatureScheme.Null),
        Unique = new EccUnique(default, default),
    };
}
