using System.Security.Cryptography;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Vault;

/// <summary>The private part of a sealed key while it is open: in pinned or the platform's own memory, wiped at the end.</summary>
internal abstract class KeyMaterial : IDisposable
{
    private protected KeyMaterial()
    {
    }

    /// <summary>Null for symmetric keys.</summary>
    public abstract PublicJwk? PublicJwk { get; }

    /// <summary>Makes a new key in software.</summary>
    public static KeyMaterial Generate(KeyType type) => type.Family switch
    {
        KeyFamily.Ec => EcMaterial.Generate(type.Bits),
        KeyFamily.Rsa => new RsaMaterial(RSA.Create(type.Bits)),
        _ => new SymmetricMaterial(SecretBytes.Random(type.Bits / 8)),
    };

    /// <summary>Takes over what <see cref="Export"/> gave; the bytes are wiped or kept in pinned memory.</summary>
    public static KeyMaterial Open(KeyType type, SecretBytes bytes)
    {
        if (type.IsSymmetric)
        {
            return new SymmetricMaterial(bytes);
        }

        using (bytes)
        {
            return type.Family == KeyFamily.Ec ? EcMaterial.Open(type.Bits, bytes.Span) : RsaMaterial.Open(bytes.Span);
        }
    }

    /// <summary>The bytes to be sealed; the caller wipes them.</summary>
    public abstract SecretBytes Export();

    public abstract void Dispose();
}
