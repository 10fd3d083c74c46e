using System.Formats.Asn1;
using System.Numerics;

namespace KeyBroker.Attestation.Certificates;

/// <summary>The fields of a certificate, as RFC 5280, 4.1 lists them.</summary>
internal sealed record CertificateParts
{
    private const int MaxExtensions = 64;

    public required SignedBytes Signed { get; init; }

    public required int Version { get; init; }

    public required BigInteger Serial { get; init; }

    public required DistinguishedName Issuer { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public required DistinguishedName Subject { get; init; }

    /// <summary>SubjectPublicKeyInfo, encoded.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    public required IReadOnlyList<Extension> Extensions { get; init; }

    public static CertificateParts Read(ReadOnlyMemory<byte> encoded)
    {
        var signed = SignedBytes.Read(encoded);
        var body = new AsnReader(signed.Body, AsnEncodingRules.BER).ReadSequence();
        var version = ReadVersion(body);
        var serial = body.ReadInteger();

        // The algorithm outside the signature must be the one inside it.
        if (!body.ReadEncodedValue().Span.SequenceEqual(signed.Algorithm.Span))
        {
            throw new CertificateException("the certificate names two signature algorithms");
        }

        var issuer = DistinguishedName.Parse(body.ReadEncodedValue());
        var validity = body.ReadSequence();
        return new CertificateParts
        {
            Signed = signed,
            Version = version,
            Serial = serial,
            Issuer = issuer,
            NotBefore = ReadTime(validity),
            NotAfter = ReadTime(validity),
            Subject = DistinguishedName.Parse(body.ReadEncodedValue()),
            Key = body.ReadEncodedValue(),
            Extensions = ReadExtensions(body),
        };
    }

    private static int ReadVersion(AsnReader body)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        return body.PeekTag().HasSameClassAndValue(tag) ? (int)body.ReadSequence(tag).ReadInteger() + 1 : 1;
    }

    private static DateTimeOffset ReadTime(AsnReader validity) =>
        validity.PeekTag().TagValue == (int)UniversalTagNumber.UtcTime ? validity.ReadUtcTime() : validity.ReadGeneralizedTime();

    private static List<Extension> ReadExtensions(AsnReader body)
    {
        var found = new List<Extension>();
        var tag = new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true);
        while (body.HasData)
        {
            if (!body.PeekTag().HasSameClassAndValue(tag))
            {
                body.ReadEncodedValue(); // The unique identifiers of version 2, which nobody uses.
                continue;
            }

            var list = body.ReadSequence(tag).ReadSequence();
            while (list.HasData)
            {
                found.Add(ReadExtension(list.ReadSequence()));
            }
        }

        return found.Count <= MaxExtensions && found.DistinctBy(extension => extension.Oid).Count() == found.Count
            ? found
            : throw new CertificateException("an extension occurs twice, or there are too many");
    }

    private static Extension ReadExtension(AsnReader extension)
    {
        var oid = extension.ReadObjectIdentifier();
        var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
        var value = extension.ReadOctetString();
        extension.ThrowIfNotEmpty();
        return new Extension(oid, critical, value);
    }
}
