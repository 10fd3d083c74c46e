using System.Formats.Asn1;

namespace KeyBroker.Attestation.Certificates;

/// <summary>
/// A way from a certificate to one that the operator trusts. It is searched here and not by the platform, whose search can
/// go to the network and to the system's own roots.
/// </summary>
public sealed class CertificatePath
{
    public const int MaxSupplied = 5;

    private const int MaxAuthorities = 5;
    private const int MaxSignatures = 32;

    private readonly CertificateAnchors _anchors;
    private readonly IReadOnlyList<Certificate> _supplied;
    private readonly DateTimeOffset _now;
    private readonly bool _allowSha1;
    private int _signatures;

    private CertificatePath(CertificateAnchors anchors, IReadOnlyList<Certificate> supplied, DateTimeOffset now, bool allowSha1) =>
        (_anchors, _supplied, _now, _allowSha1) = (anchors, supplied, now, allowSha1);

    /// <summary>The authorities from the certificate's issuer to the anchor.</summary>
    /// <param name="supplied">Intermediates that came with the certificate, untrusted.</param>
    /// <exception cref="CertificateException">There is no such way.</exception>
    public static IReadOnlyList<Certificate> Check(
        Certificate leaf, IReadOnlyList<Certificate> supplied, CertificateAnchors anchors, DateTimeOffset now) =>
        Check(leaf, supplied, anchors, now, allowSha1: false);

    /// <summary>As <see cref="Check(Certificate, IReadOnlyList{Certificate}, CertificateAnchors, DateTimeOffset)"/>, SHA-1 included:
    /// for published certificates of old TPMs, never for admission.</summary>
    /// <exception cref="CertificateException">There is no such way.</exception>
    public static IReadOnlyList<Certificate> DangerousCheckWithSha1(
        Certificate leaf, IReadOnlyList<Certificate> supplied, CertificateAnchors anchors, DateTimeOffset now) =>
        Check(leaf, supplied, anchors, now, allowSha1: true);

    private static List<Certificate> Check(
        Certificate leaf, IReadOnlyList<Certificate> supplied, CertificateAnchors anchors, DateTimeOffset now, bool allowSha1)
    {
        if (supplied.Count > MaxSupplied)
        {
            throw new CertificateException($"{supplied.Count} intermediates, {MaxSupplied} allowed");
        }

        if (!leaf.IsValidAt(now))
        {
            throw new CertificateException(now < leaf.NotBefore ? "the certificate is not valid yet" : "the certificate has expired");
        }

        if (!leaf.IsUnderstood)
        {
            throw new CertificateException("the certificate has a critical extension that is not understood");
        }

        var path = new List<Certificate>();
        return new CertificatePath(anchors, supplied, now, allowSha1).Extend(leaf, path)
            ? path
            : throw new CertificateException($"no way from the issuer '{leaf.Issuer}' to a trusted root");
    }

    // Depth and signatures are bounded, so that cross-signed certificates cost no more than honest ones.
    private bool Extend(Certificate below, List<Certificate> path)
    {
        if (path.Count == MaxAuthorities)
        {
            return false;
        }

        foreach (var candidate in Candidates(below).Where(candidate => !path.Contains(candidate)))
        {
            if (!IsIssuer(candidate, below, path))
            {
                continue;
            }

            path.Add(candidate);
            if (_anchors.IsAnchor(candidate) || Extend(candidate, path))
            {
                return true;
            }

            path.RemoveAt(path.Count - 1);
        }

        return false;
    }

    private IEnumerable<Certificate> Candidates(Certificate below) =>
        _anchors.Named(below.Parts.Issuer).Concat(_supplied.Where(supplied => supplied.Parts.Subject.Matches(below.Parts.Issuer)));

    private bool IsIssuer(Certificate candidate, Certificate below, List<Certificate> path)
    {
        try
        {
            return candidate.IsValidAt(_now)
                && candidate.IsUnderstood
                && CertificateAuthority.MaySign(candidate, path.Count(authority => !authority.IsSelfIssued))
                && _signatures++ < MaxSignatures
                && CertificateSignature.IsBy(candidate, below.Parts.Signed, _allowSha1);
        }
        catch (AsnContentException)
        {
            return false; // An extension of it is not what its name says.
        }
    }
}
