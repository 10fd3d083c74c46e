using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Duplication;

/// <summary>An object with both its halves outside any TPM: on its way into one, or out of one.</summary>
public sealed class SoftwareObject : IDisposable
{
    private SoftwareObject(TpmPublic area, TpmSensitive sensitive) => (Public, Sensitive) = (area, sensitive);

    public TpmPublic Public { get; }

    public TpmSensitive Sensitive { get; }

    /// <summary>Makes an object of a private key.</summary>
    /// <param name="key">An RSA, ECDsa or ECDiffieHellman key whose private half can be exported.</param>
    /// <param name="like">What the object is to be in all but its key; neither fixedTPM nor fixedParent.</param>
    public static SoftwareObject OfKey(AsymmetricAlgorithm key, TpmPublic like, ReadOnlySpan<byte> authValue = default)
    {
        var secret = PrivateKeys.SecretOf(key);
        try
        {
            var area = PublicKeyFormats.FromKey(key, like);
            return new(area, new TpmSensitive(area.Type, authValue, SeedOf(area), secret));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Makes an object of a symmetric key, an HMAC key, or data to be sealed.</summary>
    public static SoftwareObject OfData(
        ReadOnlySpan<byte> data, TpmPublic like, ReadOnlySpan<byte> authValue = default)
    {
        if (like.Type is not (TpmAlgorithm.KeyedHash or TpmAlgorithm.SymCipher))
        {
            throw new ArgumentException("not the template of a symmetric object", nameof(like));
        }

        var seed = RandomNumberGenerator.GetBytes(HashAlgorithms.Size(like.NameAlgorithm));
        var sensitive = new TpmSensitive(like.Type, authValue, seed, data);
        return new(like with { Unique = PrivateKeys.UniqueOf(like.NameAlgorithm, sensitive) }, sensitive);
    }

    /// <summary>Puts two halves together that belong together.</summary>
    /// <exception cref="TpmFormatException">They do not.</exception>
    public static SoftwareObject Join(TpmPublic area, TpmSensitive sensitive) => PrivateKeys.Fit(area, sensitive)
        ? new(area, sensitive)
        : throw new TpmFormatException("the secret half is not that of the public area");

    /// <summary>The private key, an RSA or ECDsa; the caller disposes it.</summary>
    /// <exception cref="TpmFormatException">Not an asymmetric key.</exception>
    public AsymmetricAlgorithm ToKey() => PrivateKeys.ToKey(Public, Sensitive);

    /// <summary>The private key as one that decrypts or agrees: an RSA or ECDiffieHellman.</summary>
    internal AsymmetricAlgorithm ToDecryptionKey()
    {
        var key = ToKey();
        if (key is not ECDsa ecdsa)
        {
            return key;
        }

        using (ecdsa)
        {
            return ECDiffieHellman.Create(ecdsa.ExportParameters(true));
        }
    }

    public void Dispose() => Sensitive.Dispose();

    public override string ToString() => nameof(SoftwareObject);

    // Only a storage key has one: what its own children are protected with (Part 2, 12.3.2.4).
    private static byte[] SeedOf(TpmPublic area) =>
        area.Attributes.HasFlag(ObjectAttributes.Restricted | ObjectAttributes.Decrypt)
            ? RandomNumberGenerator.GetBytes(HashAlgorithms.Size(area.NameAlgorithm))
            : [];
}
