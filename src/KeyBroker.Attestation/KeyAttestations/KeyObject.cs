using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.KeyAttestations;

/// <summary>Whether an object is what a statement says the key is.</summary>
internal static class KeyObject
{
    private const string InTpm = "tpm";
    private const string Sealed = "sealed";
    private const string Aes = "aes-256";
    private const string Hmac = "hmac-sha256";

    /// <exception cref="KeyAttestationException">It is not.</exception>
    public static void Check(KeyStatement statement, TpmPublic area)
    {
        KeyProof.Require(statement.Protection is InTpm or Sealed, "an unknown protection");
        KeyProof.Require(statement.Type is Aes or Hmac or "ec-p256" or "ec-p384" or "rsa-2048" or "rsa-3072", "an unknown type");
        KeyProof.Require(
            statement.PublicJwk is null || statement.Type is not (Aes or Hmac), "publicJwk of a key that has no public part");
        KeyProof.Require(
            !statement.Exportable || statement.Protection == Sealed, "exportable, of a key that only the TPM uses");
        KeyProof.Require(!area.Attributes.HasFlag(ObjectAttributes.Restricted), "the object is restricted");
        if (statement.Protection == Sealed)
        {
            KeyProof.Require(IsSealedData(area), "the object is not sealed data");
            return;
        }

        KeyProof.Require(area.Attributes.HasFlag(ObjectAttributes.SensitiveDataOrigin), "the private part was not made by the TPM");
        KeyProof.Require(IsOfType(statement.Type, area), $"the object is no {statement.Type}");
        if (area.Type != TpmAlgorithm.KeyedHash)
        {
            KeyProof.Require(statement.PublicJwk?.ToJson() == Jwk(area), "publicJwk is another key");
        }
    }

    /// <summary>Part 1, 33.2.</summary>
    private static bool IsSealedData(TpmPublic area) =>
        area.Type == TpmAlgorithm.KeyedHash && area.Parameters == KeyedHashParameters.Null
        && (area.Attributes & (ObjectAttributes.Sign | ObjectAttributes.Decrypt | ObjectAttributes.SensitiveDataOrigin)) == 0;

    private static bool IsOfType(string type, TpmPublic area) => (type, area.Parameters) switch
    {
        ("ec-p256", EccPublicParameters ec) => ec.Curve == TpmEccCurve.NistP256,
        ("ec-p384", EccPublicParameters ec) => ec.Curve == TpmEccCurve.NistP384,
        ("rsa-2048", RsaPublicParameters rsa) => rsa.KeyBits == 2048,
        ("rsa-3072", RsaPublicParameters rsa) => rsa.KeyBits == 3072,
        (Hmac, KeyedHashParameters) => area.Attributes.HasFlag(ObjectAttributes.Sign),
        _ => false,
    };

    private static string Jwk(TpmPublic area) => PublicJwk.Parse(PublicKeyFormats.ToJwk(area)).ToJson();
}
