using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>What follows from the sealed root by HKDF-SHA-256: auth values, row MACs and the nonce key.</summary>
internal sealed class RootKeys : IDisposable
{
    public const int RootLength = 32;
    private static readonly byte[] s_salt = "keybroker-root-v1"u8.ToArray();

    private readonly SecretBytes _root;

    public RootKeys(SecretBytes root)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(root.Length, RootLength);
        _root = root;
        RowMac = new RowMac(Derive("row-mac", 32));
        NonceKey = Derive("nonce", 32);
    }

    public RowMac RowMac { get; }

    /// <summary>The MAC key of attestation nonces, shared by every broker that holds this root.</summary>
    public byte[] NonceKey { get; }

    public byte[] Derive(string label, int length)
    {
        var derived = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _root.Span, derived, s_salt, Encoding.UTF8.GetBytes(label));
        return derived;
    }

    /// <summary>The auth value of one key version.</summary>
    public byte[] KeyAuth(string keyId, int version) => Auth("key-auth", keyId, version);

    /// <summary>The auth value of a sealed object; another context gives another value, so a swapped one does not open.</summary>
    public byte[] SealAuth(string context) => Auth("seal-auth", context, 0);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(NonceKey);
        _root.Dispose();
    }

    private byte[] Auth(string label, string subject, int version)
    {
        var number = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, version);
        var auth = Derive($"{label}:{Convert.ToHexStringLower(number)}:{subject}", 32);

        // The TPM drops trailing zeros of an auth value; one that has none means the same to both sides.
        auth[^1] |= 1;
        return auth;
    }
}
