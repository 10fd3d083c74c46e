using System.Buffers.Binary;

namespace KeyBroker.Tpm.Structures;

/// <summary>TPM2B_NAME (TPM 2.0 Part 2, 10.5.3): what a TPM calls an entity, compared by its bytes.</summary>
public readonly record struct TpmName(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The name of an entity without a public area: its handle (Part 1, 16).</summary>
    public static TpmName OfHandle(TpmHandle handle)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, handle.Value);
        return new TpmName(bytes);
    }

    /// <summary>The name of a public area: its hash, behind the algorithm that made it (Part 1, 16).</summary>
    public static TpmName OfPublic(TpmAlgorithm nameAlgorithm, ReadOnlySpan<byte> publicArea)
    {
        if (nameAlgorithm == TpmAlgorithm.Null)
        {
            return default;
        }

        var writer = new TpmWriter();
        writer.WriteAlgorithm(nameAlgorithm);
        writer.WriteBytes(HashAlgorithms.Hash(nameAlgorithm, publicArea));
        return new TpmName(writer.ToArray());
    }

    public bool Equals(TpmName other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Convert.ToHexStringLower(Bytes.Span);
}
