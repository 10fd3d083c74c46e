using System.Security.Cryptography;

namespace KeyBroker.Tpm.Structures;

/// <summary>TPMT_SENSITIVE (Part 2, 12.3.2.4): the secret half of an object, for the owner to dispose.</summary>
public sealed class TpmSensitive : IDisposable
{
    // PRIVATE_VENDOR_SPECIFIC_BYTES and MAX_SYM_DATA bound what a type can hold; a 4096-bit key's prime is the most.
    private const int MaxData = 256;

    private readonly byte[] _authValue;
    private readonly byte[] _seed;
    private readonly byte[] _data;

    /// <param name="seed">Obfuscates a symmetric object's public area, or is a storage key's own seed; empty for others.</param>
    /// <param name="data">A prime of an RSA key, the private number of an ECC key, a symmetric key, or sealed data.</param>
    public TpmSensitive(
        TpmAlgorithm type, ReadOnlySpan<byte> authValue, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> data)
    {
        Type = type;
        (_authValue, _seed, _data) = (authValue.ToArray(), seed.ToArray(), data.ToArray());
    }

    public TpmAlgorithm Type { get; }

    public ReadOnlySpan<byte> AuthValue => _authValue;

    public ReadOnlySpan<byte> Seed => _seed;

    public ReadOnlySpan<byte> Data => _data;

    /// <exception cref="TpmFormatException">The bytes are something else.</exception>
    public static TpmSensitive Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        var sensitive = new TpmSensitive(
            ReadType(ref reader),
            reader.ReadSized(HashAlgorithms.MaxSize),
            reader.ReadSized(HashAlgorithms.MaxSize),
            reader.ReadSized(MaxData));
        reader.ExpectEnd();
        return sensitive;
    }

    public void Write(TpmWriter writer)
    {
        writer.WriteAlgorithm(Type);
        writer.WriteSized(_authValue);
        writer.WriteSized(_seed);
        writer.WriteSized(_data);
    }

    /// <summary>The encoding, for the caller to wipe.</summary>
    public byte[] ToBytes()
    {
        var writer = new TpmWriter();
        Write(writer);
        var bytes = writer.ToArray();
        writer.Clear();
        return bytes;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_authValue);
        CryptographicOperations.ZeroMemory(_seed);
        CryptographicOperations.ZeroMemory(_data);
    }

    public override string ToString() => nameof(TpmSensitive);

    private static TpmAlgorithm ReadType(ref TpmReader reader)
    {
        var type = reader.ReadAlgorithm();
        return type is TpmAlgorithm.Rsa or TpmAlgorithm.Ecc or TpmAlgorithm.KeyedHash or TpmAlgorithm.SymCipher
            ? type
            : throw new TpmFormatException($"0x{(ushort)type:x4} is not a known object type");
    }
}
