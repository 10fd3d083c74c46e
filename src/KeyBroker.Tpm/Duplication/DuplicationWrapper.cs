using System.Security.Cryptography;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Duplication;

/// <summary>TPM2_Duplicate in software, and its opposite (TPM 2.0 Part 1, 23.3; Part 3, 13.1 and 13.3).</summary>
public static class DuplicationWrapper
{
    private const string Label = "DUPLICATE";

    /// <summary>Wraps an object so that only its new parent can take it in, with TPM2_Import.</summary>
    /// <param name="newParent">A storage key, RSA or elliptic-curve.</param>
    /// <exception cref="TpmFormatException">The new parent cannot protect objects.</exception>
    public static DuplicatedObject Wrap(SoftwareObject source, TpmPublic newParent, InnerWrapper? inner = null)
    {
        using var seed = SharedSeed.Create(newParent, Label);
        var content = WrapInner(source, inner ?? InnerWrapper.None);
        var wrapped = OuterWrapper.Wrap(newParent, seed, source.Public.Name, content);
        CryptographicOperations.ZeroMemory(content);
        return new(wrapped, seed.Encrypted);
    }

    /// <summary>Opens what was wrapped for a parent in software.</summary>
    /// <param name="area">The public area that came with the duplicate.</param>
    /// <exception cref="TpmFormatException">It was wrapped otherwise, or is not the secret half of this area.</exception>
    public static SoftwareObject Unwrap(
        DuplicatedObject duplicate, TpmPublic area, SoftwareObject parent, InnerWrapper? inner = null)
    {
        using var key = parent.ToDecryptionKey();
        using var seed = SharedSeed.Open(parent.Public, key, Label, duplicate.Seed);
        var content = OuterWrapper.Unwrap(parent.Public, seed, area.Name, duplicate.Private.Span);
        try
        {
            return UnwrapInner(content, area, inner ?? InnerWrapper.None);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Opens what was duplicated to no parent at all.</summary>
    /// <exception cref="TpmFormatException">It was wrapped otherwise, or is not the secret half of this area.</exception>
    public static SoftwareObject Unwrap(DuplicatedObject duplicate, TpmPublic area, InnerWrapper? inner = null) =>
        duplicate.Seed.IsEmpty
            ? UnwrapInner(duplicate.Private.Span, area, inner ?? InnerWrapper.None)
            : throw new TpmFormatException("a duplicate for a parent");

    private static byte[] WrapInner(SoftwareObject source, InnerWrapper inner)
    {
        var sized = new TpmWriter();
        var sensitive = source.Sensitive.ToBytes();
        sized.WriteSized(sensitive);
        CryptographicOperations.ZeroMemory(sensitive);
        var content = sized.ToArray();
        sized.Clear();
        if (inner.Symmetric.Algorithm == TpmAlgorithm.Null)
        {
            return content;
        }

        sized.WriteSized(Integrity(source.Public, content));
        sized.WriteBytes(content);
        var encrypted = Cfb.Encrypt(KeyOf(inner), default, sized.Written);
        sized.Clear();
        CryptographicOperations.ZeroMemory(content);
        return encrypted;
    }

    private static SoftwareObject UnwrapInner(ReadOnlySpan<byte> content, TpmPublic area, InnerWrapper inner)
    {
        if (inner.Symmetric.Algorithm == TpmAlgorithm.Null)
        {
            return Read(content, area);
        }

        var opened = Cfb.Decrypt(KeyOf(inner), default, content);
        try
        {
            var reader = new TpmReader(opened);
            var claimed = reader.ReadSized(HashAlgorithms.MaxSize);
            var rest = reader.ReadRest();
            return CryptographicOperations.FixedTimeEquals(Integrity(area, rest), claimed)
                ? Read(rest, area)
                : throw new TpmFormatException("not the key of the inner wrapper, or not this object");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    private static SoftwareObject Read(ReadOnlySpan<byte> content, TpmPublic area)
    {
        var reader = new TpmReader(content);
        var sensitive = TpmSensitive.Parse(reader.ReadSized());
        try
        {
            reader.ExpectEnd();
            return SoftwareObject.Join(area, sensitive);
        }
        catch (TpmFormatException)
        {
            sensitive.Dispose();
            throw;
        }
    }

    // innerIntegrity (Part 1, 23.3): by the object's own name algorithm.
    private static byte[] Integrity(TpmPublic area, ReadOnlySpan<byte> sensitive)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithms.ToName(area.NameAlgorithm));
        hash.AppendData(sensitive);
        hash.AppendData(area.Name.Bytes.Span);
        return hash.GetHashAndReset();
    }

    private static ReadOnlySpan<byte> KeyOf(InnerWrapper inner) =>
        inner.Symmetric is { Algorithm: TpmAlgorithm.Aes, Mode: TpmAlgorithm.Cfb }
            && inner.Key.Length * 8 == inner.Symmetric.KeyBits
            ? inner.Key.Span
            : throw new ArgumentException("an inner wrapper is made with a key of AES in CFB mode", nameof(inner));
}
