using System.Security.Cryptography;

namespace KeyBroker.Tpm.Structures;

/// <summary>TPMT_PUBLIC (Part 2, 12.2.4): the public area of an object, from which its name follows.</summary>
/// <remarks>Two public areas are equal when their encodings are.</remarks>
public sealed record TpmPublic
{
    public required TpmAlgorithm Type { get; init; }

    public required TpmAlgorithm NameAlgorithm { get; init; }

    public required ObjectAttributes Attributes { get; init; }

    public ReadOnlyMemory<byte> AuthPolicy { get; init; }

    public required PublicParameters Parameters { get; init; }

    public required PublicUnique Unique { get; init; }

    /// <summary>The object's name, computed from the public area (Part 1, 16).</summary>
    public TpmName Name => TpmName.OfPublic(NameAlgorithm, ToBytes());

    /// <summary>Parses one untrusted TPMT_PUBLIC, to its last byte.</summary>
    /// <exception cref="TpmFormatException">The bytes are something else.</exception>
    public static TpmPublic Parse(ReadOnlySpan<byte> tpmtPublic)
    {
        var reader = new TpmReader(tpmtPublic);
        var parsed = Read(ref reader);
        reader.ExpectEnd();
        return parsed;
    }

    /// <summary>Parses one untrusted TPM2B_PUBLIC (Part 2, 12.2.5), to its last byte.</summary>
    /// <exception cref="TpmFormatException">The bytes are something else.</exception>
    public static TpmPublic ParseSized(ReadOnlySpan<byte> tpm2bPublic)
    {
        var reader = new TpmReader(tpm2bPublic);
        var parsed = ReadSized(ref reader);
        reader.ExpectEnd();
        return parsed;
    }

    public static TpmPublic Read(ref TpmReader reader)
    {
        var type = reader.ReadAlgorithm();
        return new TpmPublic
        {
            Type = type,
            NameAlgorithm = ReadNameAlgorithm(ref reader),
            Attributes = ReadAttributes(ref reader),
            AuthPolicy = reader.ReadSized(HashAlgorithms.MaxSize).ToArray(),
            Parameters = PublicParameters.Read(type, ref reader),
            Unique = PublicUnique.Read(type, ref reader),
        };
    }

    /// <summary>Reads a TPM2B_PUBLIC, whose size must be that of what it holds.</summary>
    public static TpmPublic ReadSized(ref TpmReader reader) => Parse(reader.ReadSized());

    public void Write(TpmWriter writer)
    {
        writer.WriteAlgorithm(Type);
        writer.WriteAlgorithm(NameAlgorithm);
        writer.WriteUInt32((uint)Attributes);
        writer.WriteSized(AuthPolicy.Span);
        Parameters.Write(writer);
        Unique.Write(writer);
    }

    public void WriteSized(TpmWriter writer) => writer.WriteSized(ToBytes());

    public byte[] ToBytes()
    {
        var writer = new TpmWriter();
        Write(writer);
        return writer.ToArray();
    }

    public byte[] ToSizedBytes()
    {
        var writer = new TpmWriter();
        WriteSized(writer);
        return writer.ToArray();
    }

    /// <summary>The RSA or ECDsa public key; the caller disposes it.</summary>
    /// <exception cref="TpmFormatException">Not such a key, or its point is not on its curve.</exception>
    public AsymmetricAlgorithm ToKey() => PublicKeys.Create(this);

    /// <summary>The elliptic-curve public key, for key agreement; the caller disposes it.</summary>
    /// <exception cref="TpmFormatException">Not such a key, or its point is not on its curve.</exception>
    public ECDiffieHellman ToEcdh() => PublicKeys.CreateEcdh(this);

    /// <summary>The public key as a DER SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).</summary>
    /// <exception cref="TpmFormatException">Not an RSA or elliptic-curve key, or not a valid one.</exception>
    public byte[] SubjectPublicKeyInfo()
    {
        using var key = ToKey();
        return key.ExportSubjectPublicKeyInfo();
    }

    public bool Equals(TpmPublic? other) => other is not null && ToBytes().AsSpan().SequenceEqual(other.ToBytes());

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(ToBytes());
        return hash.ToHashCode();
    }

    private static TpmAlgorithm ReadNameAlgorithm(ref TpmReader reader)
    {
        var algorithm = reader.ReadAlgorithm();
        return algorithm == TpmAlgorithm.Null || HashAlgorithms.IsKnown(algorithm)
            ? algorithm
            : throw new TpmFormatException($"0x{(ushort)algorithm:x4} is not a known name algorithm");
    }

    // Reserved bits are to be zero (Part 2, 8.3.2): one of them set is a structure from elsewhere.
    private static ObjectAttributes ReadAttributes(ref TpmReader reader)
    {
        const uint Reserved = 0xFFF0_F009;
        var attributes = reader.ReadUInt32();
        return (attributes & Reserved) == 0
            ? (ObjectAttributes)attributes
            : throw new TpmFormatException($"reserved attribute bits in 0x{attributes:x8}");
    }
}
