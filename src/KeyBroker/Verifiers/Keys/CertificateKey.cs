using System.Security.Cryptography.X509Certificates;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Verifiers;

/// <summary>Takes the public key out of a certificate that stands in a set of keys.</summary>
internal static class CertificateKey
{
    /// <exception cref="FormatException">It is of a kind that is not verified with.</exception>
    public static PublicJwk Of(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null)
        {
            var key = rsa.ExportParameters(false);
            return PublicJwk.Parse($$"""{"kty":"RSA","n":"{{Base64Url.Encode(key.Modulus)}}","e":"{{Base64Url.Encode(key.Exponent)}}"}""");
        }

        using var ecdsa = certificate.GetECDsaPublicKey() ?? throw new FormatException("a certificate of an unsupported key");
        var point = ecdsa.ExportParameters(false).Q;
        var curve = ecdsa.KeySize switch { 256 => "P-256", 384 => "P-384", _ => throw new FormatException("a certificate of an unsupported curve") };
        return PublicJwk.Parse($$"""{"kty":"EC","crv":"{{curve}}","x":"{{Base64Url.Encode(point.X)}}","y":"{{Base64Url.Encode(point.Y)}}"}""");
    }
}
