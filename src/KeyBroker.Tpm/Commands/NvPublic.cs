using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPMS_NV_PUBLIC (TPM 2.0 Part 2, 13.5): an NV index, from which its name follows.</summary>
public sealed record NvPublic(
    TpmHandle Index, TpmAlgorithm NameAlgorithm, NvAttributes Attributes, ReadOnlyMemory<byte> AuthPolicy, int DataSize)
{
    public TpmName Name => TpmName.OfPublic(NameAlgorithm, ToBytes());

    public TpmObject Object => new(Index, Name);

    /// <summary>The index after its first write, which changes its name.</summary>
    public NvPublic Written => this with { Attributes = Attributes | NvAttributes.Written };

    public byte[] ToBytes()
    {
        var writer = new TpmWriter();
        writer.WriteUInt32(Index.Value);
        writer.WriteAlgorithm(NameAlgorithm);
        writer.WriteUInt32((uint)Attributes);
        writer.WriteSized(AuthPolicy.Span);
        writer.WriteUInt16(checked((ushort)DataSize));
        return writer.ToArray();
    }

    /// <exception cref="TpmFormatException">The bytes are something else.</exception>
    public static NvPublic Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        var index = new TpmHandle(reader.ReadUInt32());
        var algorithm = reader.ReadAlgorithm();
        var attributes = ReadAttributes(ref reader);
        var policy = reader.ReadSized(HashAlgorithms.MaxSize).ToArray();
        var parsed = new NvPublic(index, algorithm, attributes, policy, reader.ReadUInt16());
        reader.ExpectEnd();
        return parsed;
    }

    // Reserved bits are to be zero (Part 2, 13.4).
    private static NvAttributes ReadAttributes(ref TpmReader reader)
    {
        const uint Reserved = 0x01F0_0300;
        var attributes = reader.ReadUInt32();
        return (attributes & Reserved) == 0
            ? (NvAttributes)attributes
            : throw new TpmFormatException($"reserved attribute bits in 0x{attributes:x8}");
    }
}
