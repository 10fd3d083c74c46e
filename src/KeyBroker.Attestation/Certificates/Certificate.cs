using System.Formats.Asn1;
using System.Security.Cryptography;

namespace KeyBroker.Attestation.Certificates;

/// <summary>
/// An X.509 certificate (RFC 5280, 4.1) as deployed TPMs carry them: read by BER, because many are not strict DER, and
/// judged over the bytes as they came.
/// </summary>
public sealed class Certificate
{
    private readonly Dictionary<string, Extension> _extensions;

    internal Certificate(ReadOnlyMemory<byte> encoded, CertificateParts parts)
    {
        (Encoded, Parts) = (encoded, parts);
        _extensions = parts.Extensions.ToDictionary(extension => extension.Oid, StringComparer.Ordinal);
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(encoded.Span));
    }

    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Lower-case hex SHA-256 over the encoding.</summary>
    public string Sha256 { get; }

    /// <summary>Lower-case hex.</summary>
    public string Serial => Convert.ToHexStringLower(Parts.Serial.ToByteArray(isBigEndian: true));

    public string Issuer => Parts.Issuer.ToString();

    /// <summary>Lower-case hex SHA-256 over the issuer's encoded name.</summary>
    public string IssuerId => Convert.ToHexStringLower(SHA256.HashData(Parts.Issuer.Encoded.Span));

    public string Subject => Parts.Subject.ToString();

    public DateTimeOffset NotBefore => Parts.NotBefore;

    public DateTimeOffset NotAfter => Parts.NotAfter;

    internal CertificateParts Parts { get; }

    internal bool IsSelfIssued => Parts.Issuer.Matches(Parts.Subject);

    /// <summary>Parses one untrusted certificate, from a TPM's memory with its header and padding or alone.</summary>
    /// <exception cref="CertificateException">The bytes are something else.</exception>
    public static Certificate Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var encoded = CertificateBytes.Find(bytes);
            return new Certificate(encoded, CertificateParts.Read(encoded));
        }
        catch (Exception failure) when (failure is AsnContentException or OverflowException or ArgumentException)
        {
            throw new CertificateException("not a certificate", failure);
        }
    }

    internal Extension? Find(string oid) => _extensions.GetValueOrDefault(oid);

    internal bool IsValidAt(DateTimeOffset now) => NotBefore <= now && now <= NotAfter;

    /// <summary>A critical extension that is not understood may change what all the rest means.</summary>
    internal bool IsUnderstood => Parts.Extensions.All(e => !e.IsCritical || Oids.Understood.Contains(e.Oid, StringComparer.Ordinal));
}
