using System.Security.Cryptography;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Keys;

/// <summary>A public key in one of the forms that cases have.</summary>
internal static class PublicKeyFile
{
    public static AsymmetricAlgorithm FromPem(string pem) => FromSubjectPublicKeyInfo(Encoded(pem));

    public static AsymmetricAlgorithm FromCertificate(Certificate certificate) =>
        FromSubjectPublicKeyInfo(CertifiedKey.Export(certificate));

    /// <summary>The key that a quote is said to be by, and its own scheme where the form of the key has one.</summary>
    public static (Func<AsymmetricAlgorithm> Import, SignatureScheme? Scheme) OfSigner(Case one)
    {
        if (one.Has("ak_pub"))
        {
            var area = one.Public("ak_pub");
            return (area.ToKey, SchemeOf(area));
        }

        return one.Has("ak_pub_pem")
            ? (() => FromPem(one.ReadText("ak_pub_pem")), null)
            : (() => FromCertificate(CertificateFile.Read(one, "ak_cert")), null);
    }

    private static SignatureScheme? SchemeOf(TpmPublic area)
    {
        var scheme = area.Parameters switch
        {
            RsaPublicParameters rsa => rsa.Scheme,
            EccPublicParameters ecc => ecc.Scheme,
            _ => throw new FormatException("not a signing key"),
        };
        return scheme.Scheme == TpmAlgorithm.Null ? null : scheme;
    }

    private static byte[] Encoded(string pem) => PemEncoding.TryFind(pem, out var fields)
        ? Convert.FromBase64String(pem[fields.Base64Data])
        : throw new FormatException("not a PEM file");

    private static AsymmetricAlgorithm FromSubjectPublicKeyInfo(byte[] encoded)
    {
        const string RsaIdentifier = "1.2.840.113549.1.1.1";
        var info = System.Security.Cryptography.X509Certificates.PublicKey.CreateFromSubjectPublicKeyInfo(encoded, out _);
        return info.Oid.Value == RsaIdentifier ? info.GetRSAPublicKey()! : info.GetECDsaPublicKey()!;
    }
}
