using System.Security.Cryptography;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Vault;

/// <summary>Public keys of the platform and of the TPM as JWKs.</summary>
internal static class PublicJwks
{
    public static PublicJwk Of(ECParameters key)
    {
        var curve = key.Q.X!.Length == 32 ? "P-256" : "P-384";
        return PublicJwk.Parse(
            $$"""{"crv":"{{curve}}","kty":"EC","x":"{{Base64Url.Encode(key.Q.X)}}","y":"{{Base64Url.Encode(key.Q.Y)}}"}""");
    }

    public static PublicJwk Of(RSAParameters key) => PublicJwk.Parse(
        $$"""{"e":"{{Base64Url.Encode(key.Exponent)}}","kty":"RSA","n":"{{Base64Url.Encode(key.Modulus)}}"}""");

    public static PublicJwk Of(AsymmetricAlgorithm key) => key switch
    {
        ECDsa ec => Of(ec.ExportParameters(includePrivateParameters: false)),
        RSA rsa => Of(rsa.ExportParameters(includePrivateParameters: false)),
        _ => throw new ArgumentException("neither an EC nor an RSA key", nameof(key)),
    };
}
