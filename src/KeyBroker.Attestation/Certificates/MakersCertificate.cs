using System.Security.Cryptography;
using KeyBroker.Attestation.Endorsements;

namespace KeyBroker.Attestation.Certificates;

/// <summary>A certificate of an endorsement key by a maker that is trusted. Which TPM is at hand it does not say: <see cref="CertifiedEndorsement"/> and a credential do.</summary>
public sealed class MakersCertificate
{
    private MakersCertificate(CertifiedTpm tpm, string machine) => (Tpm, Machine) = (tpm, machine);

    /// <summary>Make, model and firmware.</summary>
    public CertifiedTpm Tpm { get; }

    /// <summary>The endorsement key, named as machines are.</summary>
    public string Machine { get; }

    /// <param name="certificates">DER, the endorsement key's first.</param>
    /// <exception cref="CertificateException">It leads to no maker that is trusted, or is not of an endorsement key.</exception>
    public static MakersCertificate Check(IReadOnlyList<byte[]> certificates, CertificateAnchors makers, DateTimeOffset now)
    {
        if (certificates.Count is 0 or > CertificatePath.MaxSupplied + 1)
        {
            throw new CertificateException(certificates.Count == 0 ? "there is no certificate of a maker" : "too many certificates");
        }

        var leaf = Certificate.Parse(certificates[0]);
        var profile = EndorsementProfile.Check(leaf);
        _ = CertificatePath.Check(leaf, [.. certificates.Skip(1).Select(der => Certificate.Parse(der))], makers, now);
        return new MakersCertificate(
            new CertifiedTpm(profile.Manufacturer, profile.Model, profile.Version, leaf.IssuerId, leaf.Serial), MachineOf(leaf));
    }

    private static string MachineOf(Certificate leaf)
    {
        try
        {
            return EndorsementKey.IdOf(CertifiedKey.Export(leaf));
        }
        catch (Exception failure) when (failure is CryptographicException or NotSupportedException)
        {
            throw new CertificateException("the certificate is of no key of an endorsement key's kind", failure);
        }
    }
}
