namespace KeyBroker.Attestation.Certificates;

/// <summary>What the operator trusts to certify TPMs: roots, and intermediates that lead to them.</summary>
public sealed class CertificateAnchors
{
    private readonly HashSet<string> _anchors;
    private readonly IReadOnlyList<Certificate> _all;

    private CertificateAnchors(IReadOnlyList<Certificate> anchors, IReadOnlyList<Certificate> intermediates)
    {
        _anchors = anchors.Select(anchor => anchor.Sha256).ToHashSet(StringComparer.Ordinal);
        _all = [.. anchors, .. intermediates];
    }

    public int Count => _all.Count;

    /// <summary>Reads every file of a folder: self-issued certificates are roots, the others intermediates.</summary>
    /// <exception cref="CertificateException">A file holds something else, or there is no root.</exception>
    public static CertificateAnchors Load(string directory)
    {
        var files = Directory.EnumerateFiles(directory)
            .Where(file => !Path.GetFileName(file).StartsWith('.'))
            .Order(StringComparer.Ordinal);
        var found = files.SelectMany(Read).ToList();
        var roots = found.Where(certificate => certificate.IsSelfIssued).ToList();
        return roots.Count > 0
            ? new CertificateAnchors(roots, [.. found.Where(certificate => !certificate.IsSelfIssued)])
            : throw new CertificateException($"{directory} holds no root certificate");
    }

    /// <summary>Takes these for trusted as they are, also where they are no roots.</summary>
    public static CertificateAnchors Of(IReadOnlyList<Certificate> anchors, IReadOnlyList<Certificate> intermediates) =>
        new(anchors, intermediates);

    internal bool IsAnchor(Certificate certificate) => _anchors.Contains(certificate.Sha256);

    internal IEnumerable<Certificate> Named(DistinguishedName name) => _all.Where(known => known.Parts.Subject.Matches(name));

    private static List<Certificate> Read(string file)
    {
        try
        {
            return [.. CertificateBytes.FindAll(File.ReadAllBytes(file)).Select(Certificate.Parse)];
        }
        catch (CertificateException failure)
        {
            throw new CertificateException($"{file}: {failure.Message}", failure);
        }
    }
}
