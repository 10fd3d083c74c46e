using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Certificates;

/// <summary>Compares the key of a certificate with that of a public area, by what both mean and not by how they are written.</summary>
internal static class CertifiedKey
{
    public static bool Equals(Certificate certificate, TpmPublic publicArea)
    {
        try
        {
            return publicArea.SubjectPublicKeyInfo().AsSpan().SequenceEqual(Export(certificate));
        }
        catch (Exception failure) when (failure is CryptographicException or TpmFormatException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>SubjectPublicKeyInfo in the platform's one form.</summary>
    public static byte[] Export(Certificate certificate)
    {
        var key = PublicKey.CreateFromSubjectPublicKeyInfo(certificate.Parts.Key.Span, out _);
        using AsymmetricAlgorithm? known = (AsymmetricAlgorithm?)key.GetRSAPublicKey() ?? key.GetECDsaPublicKey();
        return known?.ExportSubjectPublicKeyInfo() ?? throw new CryptographicException("neither an RSA nor an elliptic-curve key");
    }
}
