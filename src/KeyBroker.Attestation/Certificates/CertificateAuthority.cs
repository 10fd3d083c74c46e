using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;

namespace KeyBroker.Attestation.Certificates;

/// <summary>What a certificate may do by its own word: sign others, and how far down (RFC 5280, 4.2.1.3 and 4.2.1.9).</summary>
internal static class CertificateAuthority
{
    /// <summary>True for a CA that may have this many further CAs between itself and the leaf.</summary>
    public static bool MaySign(Certificate certificate, int authoritiesBelow)
    {
        var (isAuthority, pathLength) = Constraints(certificate);
        return isAuthority
            && !(pathLength < authoritiesBelow)
            && (UsageOf(certificate)?.HasFlag(X509KeyUsageFlags.KeyCertSign) ?? true);
    }

    public static (bool IsAuthority, BigInteger? PathLength) Constraints(Certificate certificate)
    {
        if (certificate.Find(Oids.BasicConstraints) is not { } extension)
        {
            return (false, null);
        }

        var constraints = new AsnReader(extension.Value, AsnEncodingRules.BER).ReadSequence();
        var isAuthority = constraints.HasData
            && constraints.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean)
            && constraints.ReadBoolean();
        return (isAuthority, constraints.HasData ? constraints.ReadInteger() : null);
    }

    /// <summary>Null where the certificate does not say.</summary>
    public static X509KeyUsageFlags? UsageOf(Certificate certificate)
    {
        if (certificate.Find(Oids.KeyUsage) is not { } extension)
        {
            return null;
        }

        // X509KeyUsageFlags has the bits of the first byte as they are encoded; those of the second are of no use here.
        var bits = new AsnReader(extension.Value, AsnEncodingRules.BER).ReadBitString(out _);
        return bits.Length > 0 ? (X509KeyUsageFlags)bits[0] : X509KeyUsageFlags.None;
    }
}
