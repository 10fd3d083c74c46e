namespace KeyBroker.Tpm.Structures;

/// <summary>TPMT_TK_CREATION, _VERIFIED, _AUTH and _HASHCHECK (Part 2, 10.7): the TPM's proof to itself.</summary>
public sealed record TpmTicket(ushort Tag, TpmHandle Hierarchy, ReadOnlyMemory<byte> Digest)
{
    public const ushort CreationTag = 0x8021;
    public const ushort VerifiedTag = 0x8022;
    public const ushort SecretTag = 0x8023;
    public const ushort HashCheckTag = 0x8024;
    public const ushort SignedTag = 0x8025;

    /// <summary>The ticket that proves nothing, for signing what the caller hashed.</summary>
    public static readonly TpmTicket NoHashCheck = new(HashCheckTag, TpmHandle.Null, default);

    /// <exception cref="TpmFormatException">The bytes are something else.</exception>
    public static TpmTicket Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        var ticket = Read(ref reader);
        reader.ExpectEnd();
        return ticket;
    }

    public static TpmTicket Read(ref TpmReader reader)
    {
        var tag = reader.ReadUInt16();
        return tag is >= CreationTag and <= SignedTag
            ? new(tag, new TpmHandle(reader.ReadUInt32()), reader.ReadSized(HashAlgorithms.MaxSize).ToArray())
            : throw new TpmFormatException($"0x{tag:x4} is not the tag of a ticket");
    }

    public void Write(TpmWriter writer)
    {
        writer.WriteUInt16(Tag);
        writer.WriteUInt32(Hierarchy.Value);
        writer.WriteSized(Digest.Span);
    }

    public byte[] ToBytes()
    {
        var writer = new TpmWriter();
        Write(writer);
        return writer.ToArray();
    }
}
