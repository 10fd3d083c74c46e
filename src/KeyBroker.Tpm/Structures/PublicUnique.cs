namespace KeyBroker.Tpm.Structures;

/// <summary>TPMU_PUBLIC_ID (Part 2, 12.2.3.2): what tells one object of a kind from another.</summary>
public abstract record PublicUnique
{
    // MAX_RSA_KEY_BYTES of a 4096-bit key; MAX_ECC_KEY_BYTES of P-521 and BN-P638.
    private const int MaxModulus = 512;
    private const int MaxCoordinate = 80;

    private protected PublicUnique()
    {
    }

    public abstract void Write(TpmWriter writer);

    internal static PublicUnique Read(TpmAlgorithm type, ref TpmReader reader) => type switch
    {
        TpmAlgorithm.Rsa => new RsaUnique(reader.ReadSized(MaxModulus).ToArray()),
        TpmAlgorithm.Ecc => new EccUnique(
            reader.ReadSized(MaxCoordinate).ToArray(), reader.ReadSized(MaxCoordinate).ToArray()),
        _ => new DigestUnique(reader.ReadSized(HashAlgorithms.MaxSize).ToArray()),
    };
}

/// <summary>TPM2B_PUBLIC_KEY_RSA (Part 2, 11.2.4.5): the modulus.</summary>
public sealed record RsaUnique(ReadOnlyMemory<byte> Modulus) : PublicUnique
{
    public override void Write(TpmWriter writer) => writer.WriteSized(Modulus.Span);
}

/// <summary>TPMS_ECC_POINT (Part 2, 11.2.5.2): the public point.</summary>
public sealed record EccUnique(ReadOnlyMemory<byte> X, ReadOnlyMemory<byte> Y) : PublicUnique
{
    public override void Write(TpmWriter writer)
    {
        writer.WriteSized(X.Span);
        writer.WriteSized(Y.Span);
    }
}

/// <summary>TPM2B_DIGEST (Part 2, 10.4.2): the obfuscated digest of a symmetric key or of sealed data.</summary>
public sealed record DigestUnique(ReadOnlyMemory<byte> Digest) : PublicUnique
{
    public override void Write(TpmWriter writer) => writer.WriteSized(Digest.Span);
}
