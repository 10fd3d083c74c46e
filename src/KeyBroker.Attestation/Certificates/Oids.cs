namespace KeyBroker.Attestation.Certificates;

/// <summary>The object identifiers that certificates of TPMs hold.</summary>
internal static class Oids
{
    public const string KeyUsage = "2.5.29.15";
    public const string SubjectAlternativeName = "2.5.29.17";
    public const string BasicConstraints = "2.5.29.19";
    public const string CertificatePolicies = "2.5.29.32";
    public const string ExtendedKeyUsage = "2.5.29.37";
    public const string SubjectDirectoryAttributes = "2.5.29.9";

    public const string EndorsementKeyUsage = "2.23.133.8.1";
    public const string Manufacturer = "2.23.133.2.1";
    public const string Model = "2.23.133.2.2";
    public const string Version = "2.23.133.2.3";

    public const string Rsa = "1.2.840.113549.1.1.1";
    public const string RsaPss = "1.2.840.113549.1.1.10";

    /// <summary>Those whose meaning is looked at here, or is nothing that a path depends on; others may not be critical.</summary>
    public static IReadOnlyCollection<string> Understood { get; } =
    [
        KeyUsage, SubjectAlternativeName, BasicConstraints, CertificatePolicies, ExtendedKeyUsage, SubjectDirectoryAttributes,
        "2.5.29.14", "2.5.29.31", "2.5.29.35", "1.3.6.1.5.5.7.1.1", // Key identifiers, CRL points, AIA: never followed.
    ];
}
