namespace KeyBroker.Tpm.Structures;

/// <summary>TPMU_PUBLIC_PARMS (Part 2, 12.2.3.7): what kind of object a public area describes.</summary>
public abstract record PublicParameters
{
    private protected PublicParameters()
    {
    }

    internal abstract TpmAlgorithm Type { get; }

    public abstract void Write(TpmWriter writer);

    internal static PublicParameters Read(TpmAlgorithm type, ref TpmReader reader) => type switch
    {
        TpmAlgorithm.Rsa => RsaPublicParameters.Read(ref reader),
        TpmAlgorithm.Ecc => EccPublicParameters.Read(ref reader),
        TpmAlgorithm.KeyedHash => KeyedHashParameters.Read(ref reader),
        TpmAlgorithm.SymCipher => new SymCipherParameters(SymmetricDefinition.Read(ref reader)),
        _ => throw new TpmFormatException($"0x{(ushort)type:x4} is not a known object type"),
    };
}

/// <summary>TPMS_RSA_PARMS (Part 2, 12.2.3.5).</summary>
/// <param name="Exponent">The public exponent; zero stands for 65537.</param>
public sealed record RsaPublicParameters(
    SymmetricDefinition Symmetric, SignatureScheme Scheme, int KeyBits, uint Exponent) : PublicParameters
{
    internal override TpmAlgorithm Type => TpmAlgorithm.Rsa;

    public override void Write(TpmWriter writer)
    {
        Symmetric.Write(writer);
        Scheme.Write(writer);
        writer.WriteUInt16(checked((ushort)KeyBits));
        writer.WriteUInt32(Exponent);
    }

    internal static RsaPublicParameters Read(ref TpmReader reader) => new(
        SymmetricDefinition.Read(ref reader),
        SignatureScheme.ReadRsa(ref reader),
        reader.ReadUInt16(),
        reader.ReadUInt32());
}

/// <summary>TPMS_ECC_PARMS (Part 2, 12.2.3.6).</summary>
public sealed record EccPublicParameters(
    SymmetricDefinition Symmetric, SignatureScheme Scheme, TpmEccCurve Curve, SignatureScheme Kdf) : PublicParameters
{
    internal override TpmAlgorithm Type => TpmAlgorithm.Ecc;

    public override void Write(TpmWriter writer)
    {
        Symmetric.Write(writer);
        Scheme.Write(writer);
        writer.WriteUInt16((ushort)Curve);
        Kdf.Write(writer);
    }

    internal static EccPublicParameters Read(ref TpmReader reader) => new(
        SymmetricDefinition.Read(ref reader),
        SignatureScheme.ReadEcc(ref reader),
        (TpmEccCurve)reader.ReadUInt16(),
        SignatureScheme.ReadKdf(ref reader));
}

/// <summary>TPMS_KEYEDHASH_PARMS (Part 2, 12.2.3.3): an HMAC key, an XOR key, or sealed data.</summary>
/// <param name="Kdf">The key derivation of an XOR scheme; Null for all others.</param>
public sealed record KeyedHashParameters(SignatureScheme Scheme, TpmAlgorithm Kdf = TpmAlgorithm.Null)
    : PublicParameters
{
    /// <summary>The parameters of sealed data, which no scheme applies to.</summary>
    public static readonly KeyedHashParameters Null = new(SignatureScheme.Null);

    internal override TpmAlgorithm Type => TpmAlgorithm.KeyedHash;

    public override void Write(TpmWriter writer)
    {
        Scheme.Write(writer);
        if (Scheme.Scheme == TpmAlgorithm.Xor)
        {
            writer.WriteAlgorithm(Kdf);
        }
    }

    internal static KeyedHashParameters Read(ref TpmReader reader)
    {
        var scheme = reader.ReadAlgorithm();
        return scheme switch
        {
            TpmAlgorithm.Null => Null,
            TpmAlgorithm.Hmac => new(new SignatureScheme(scheme, reader.ReadAlgorithm())),
            TpmAlgorithm.Xor => new(new SignatureScheme(scheme, reader.ReadAlgorithm()), ReadKdf(ref reader)),
            _ => throw new TpmFormatException($"0x{(ushort)scheme:x4} is not a keyed-hash scheme"),
        };
    }

    private static TpmAlgorithm ReadKdf(ref TpmReader reader)
    {
        var kdf = reader.ReadAlgorithm();
        return kdf == TpmAlgorithm.Null || SignatureScheme.IsKdf(kdf)
            ? kdf
            : throw new TpmFormatException($"0x{(ushort)kdf:x4} is not a key derivation");
    }
}

/// <summary>TPMS_SYMCIPHER_PARMS (Part 2, 11.1.9).</summary>
public sealed record SymCipherParameters(SymmetricDefinition Symmetric) : PublicParameters
{
    internal override TpmAlgorithm Type => TpmAlgorithm.SymCipher;

    public override void Write(TpmWriter writer) => Symmetric.Write(writer);
}
