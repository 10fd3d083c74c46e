using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace KeyBroker.Attestation.Certificates;

/// <summary>
/// The TCG EK Credential Profile (2.5, 3.2): what an endorsement certificate says of the TPM, and that it is one.
/// </summary>
/// <param name="Manufacturer">The vendor id, as in <c>id:49465800</c>.</param>
/// <param name="Model">The vendor's name of the part.</param>
/// <param name="Version">The firmware when the certificate was made, as in <c>id:00070055</c>.</param>
public sealed record EndorsementProfile(string Manufacturer, string Model, string Version)
{
    private const int DirectoryNameTag = 4;

    /// <exception cref="CertificateException">It is a certificate of something else.</exception>
    public static EndorsementProfile Check(Certificate certificate)
    {
        try
        {
            Require(certificate.Parts.Version == 3, "an endorsement certificate has version 3");
            Require(!CertificateAuthority.Constraints(certificate).IsAuthority, "an endorsement certificate is of no authority");
            CheckUsages(certificate);
            return ReadNames(certificate);
        }
        catch (AsnContentException failure)
        {
            throw new CertificateException("an extension is malformed", failure);
        }
    }

    private static void CheckUsages(Certificate certificate)
    {
        var isRsa = KeyOid(certificate) == Oids.Rsa;
        var wanted = isRsa ? X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.KeyAgreement;
        var usage = CertificateAuthority.UsageOf(certificate) ?? X509KeyUsageFlags.None;
        Require(usage.HasFlag(wanted), $"the key usage lacks {(isRsa ? "keyEncipherment" : "keyAgreement")}");
        Require(!usage.HasFlag(X509KeyUsageFlags.KeyCertSign), "the key may sign certificates");
        Require(
            ExtendedUsages(certificate).Contains(Oids.EndorsementKeyUsage, StringComparer.Ordinal),
            "the extended key usage is not that of an endorsement key");
    }

    private static EndorsementProfile ReadNames(Certificate certificate)
    {
        var extension = certificate.Find(Oids.SubjectAlternativeName);
        Require(extension is { IsCritical: true }, "there is no critical subject alternative name");
        var attributes = Names(extension!).SelectMany(name => name.Attributes).ToList();
        return new EndorsementProfile(One(attributes, Oids.Manufacturer), One(attributes, Oids.Model), One(attributes, Oids.Version));
    }

    private static IEnumerable<DistinguishedName> Names(Extension extension)
    {
        var names = new AsnReader(extension.Value, AsnEncodingRules.BER).ReadSequence();
        var directoryName = new Asn1Tag(TagClass.ContextSpecific, DirectoryNameTag, isConstructed: true);
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(directoryName))
            {
                yield return DistinguishedName.Parse(names.ReadSequence(directoryName).ReadEncodedValue());
            }
            else
            {
                names.ReadEncodedValue();
            }
        }
    }

    // Twice would leave the choice to whoever reads it.
    private static string One(List<(string Oid, string Value)> attributes, string oid)
    {
        var values = attributes.Where(attribute => attribute.Oid == oid).Select(attribute => attribute.Value).ToList();
        Require(values is [{ Length: > 0 }], "the TPM's manufacturer, model and version are not each named once");
        return values[0];
    }

    private static List<string> ExtendedUsages(Certificate certificate)
    {
        var found = new List<string>();
        if (certificate.Find(Oids.ExtendedKeyUsage) is { } extension)
        {
            var usages = new AsnReader(extension.Value, AsnEncodingRules.BER).ReadSequence();
            while (usages.HasData)
            {
                found.Add(usages.ReadObjectIdentifier());
            }
        }

        return found;
    }

    private static string KeyOid(Certificate certificate) =>
        new AsnReader(certificate.Parts.Key, AsnEncodingRules.BER).ReadSequence().ReadSequence().ReadObjectIdentifier();

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new CertificateException(otherwise);
        }
    }
}
