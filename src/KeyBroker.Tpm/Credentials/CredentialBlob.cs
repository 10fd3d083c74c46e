using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Credentials;

/// <summary>A secret that a TPM gives out only if it holds both the endorsement key and the key of the given name.</summary>
/// <param name="Blob">TPM2B_ID_OBJECT (Part 2, 12.4.3).</param>
/// <param name="Secret">TPM2B_ENCRYPTED_SECRET (Part 2, 11.4.3).</param>
public sealed record CredentialBlob(byte[] Blob, byte[] Secret)
{
    /// <summary>TPM2_MakeCredential in software (Part 1, 24; Part 3, 12.6).</summary>
    /// <param name="ek">The endorsement key, a restricted decryption key with an AES symmetric algorithm.</param>
    /// <param name="akName">The name of the key to be proven, computed from its public area.</param>
    /// <param name="secret">At most one digest of the endorsement key's name algorithm.</param>
    /// <exception cref="TpmFormatException">The endorsement key cannot protect credentials.</exception>
    public static CredentialBlob MakeCredential(TpmPublic ek, TpmName akName, ReadOnlySpan<byte> secret)
    {
        using var seed = SharedSeed.Create(ek, "IDENTITY");
        return Protect(ek, akName, secret, seed);
    }

    /// <summary>The part after the seed is chosen (Part 1, 24.4 and 24.5).</summary>
    internal static CredentialBlob Protect(TpmPublic ek, TpmName akName, ReadOnlySpan<byte> secret, SharedSeed seed)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(secret.Length, HashAlgorithms.Size(ek.NameAlgorithm));

        var content = new TpmWriter();
        content.WriteSized(secret);
        var wrapped = OuterWrapper.Wrap(ek, seed, akName, content.Written);
        content.Clear();
        return new(Sized(wrapped), Sized(seed.Encrypted.Span));
    }

    private static byte[] Sized(ReadOnlySpan<byte> content)
    {
        var writer = new TpmWriter();
        writer.WriteSized(content);
        return writer.ToArray();
    }
}
