using KeyBroker.Attestation.Certificates;

namespace KeyBroker.Conformance.Keys;

/// <summary>Certificates in the files of a case: DER, PEM, or as a TPM stores them.</summary>
internal static class CertificateFile
{
    public static Certificate Read(Case one, string role) => ReadAll(one.PathOf(role))[0];

    /// <summary>Every certificate of a role, which may be a folder.</summary>
    public static IReadOnlyList<Certificate> ReadAll(string path) => Directory.Exists(path)
        ? [.. Directory.EnumerateFiles(path, "*.pem").Order(StringComparer.Ordinal).SelectMany(ReadAll)]
        : [.. CertificateBytes.FindAll(File.ReadAllBytes(path)).Select(Certificate.Parse)];
}
