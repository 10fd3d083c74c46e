using System.Formats.Asn1;

namespace KeyBroker.Attestation.Certificates;

/// <summary>What certificates of all kinds are outside: a body, an algorithm, and a signature over the body as it came.</summary>
internal sealed record SignedBytes(
    ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte> Algorithm, ReadOnlyMemory<byte> Signature)
{
    /// <exception cref="AsnContentException">The bytes are something else.</exception>
    public static SignedBytes Read(ReadOnlyMemory<byte> encoded)
    {
        var outer = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        var signed = new SignedBytes(outer.ReadEncodedValue(), outer.ReadEncodedValue(), outer.ReadBitString(out var unused));
        outer.ThrowIfNotEmpty();

        // A signature is whole bytes: bits said to be unused would make a second certificate of the same meaning.
        return unused == 0 ? signed : throw new AsnContentException("a signature that is not whole bytes");
    }

    /// <summary>The algorithm's identifier, and its parameters or nothing.</summary>
    public (string Oid, ReadOnlyMemory<byte> Parameters) ReadAlgorithm()
    {
        var names = new AsnReader(Algorithm, AsnEncodingRules.BER).ReadSequence();
        return (names.ReadObjectIdentifier(), names.HasData ? names.ReadEncodedValue() : default);
    }
}
