using System.Formats.Asn1;

namespace KeyBroker.Attestation.Certificates;

/// <summary>A name as certificates refer to one another: by its bytes, or by its attributes, whatever string type they have.</summary>
internal sealed class DistinguishedName
{
    private DistinguishedName(ReadOnlyMemory<byte> encoded, IReadOnlyList<(string Oid, string Value)> attributes, string normal) =>
        (Encoded, Attributes, _normal) = (encoded, attributes, normal);

    private readonly string _normal;

    public ReadOnlyMemory<byte> Encoded { get; }

    public IReadOnlyList<(string Oid, string Value)> Attributes { get; }

    public bool IsEmpty => Attributes.Count == 0;

    /// <exception cref="AsnContentException">Not a name.</exception>
    public static DistinguishedName Parse(ReadOnlyMemory<byte> encoded)
    {
        var attributes = new List<(string, string)>();
        var sets = new List<string>();
        var names = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        while (names.HasData)
        {
            // Deployed certificates do not sort their sets, which DER asks for.
            var set = ReadSet(names.ReadSetOf(skipSortOrderValidation: true));
            attributes.AddRange(set);
            sets.Add(string.Join('+', set.Select(Normal).Order(StringComparer.Ordinal)));
        }

        return new DistinguishedName(encoded, attributes, string.Join(',', sets));
    }

    public bool Matches(DistinguishedName other) => Encoded.Span.SequenceEqual(other.Encoded.Span) || _normal == other._normal;

    public override string ToString() => string.Join(", ", Attributes.Select(attribute => attribute.Value));

    private static List<(string Oid, string Value)> ReadSet(AsnReader set)
    {
        var attributes = new List<(string, string)>();
        while (set.HasData)
        {
            var attribute = set.ReadSequence();
            attributes.Add((attribute.ReadObjectIdentifier(), Value(attribute)));
            attribute.ThrowIfNotEmpty();
        }

        return attributes;
    }

    private static string Value(AsnReader attribute)
    {
        var tag = attribute.PeekTag();
        var type = (UniversalTagNumber)tag.TagValue;
        return tag.TagClass == TagClass.Universal && type is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString
                or UniversalTagNumber.T61String or UniversalTagNumber.IA5String or UniversalTagNumber.BMPString
            ? attribute.ReadCharacterString(type)
            : Convert.ToHexString(attribute.ReadEncodedValue().Span);
    }

    private static string Normal((string Oid, string Value) attribute) =>
        attribute.Oid + "=" + string.Join(' ', attribute.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
}
