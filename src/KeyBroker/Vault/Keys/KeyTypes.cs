using System.Collections.Frozen;

namespace KeyBroker.Vault;

/// <summary>The key types this broker makes.</summary>
internal static class KeyTypes
{
    public const string EcP256 = "ec-p256";
    public const string EcP384 = "ec-p384";
    public const string Rsa2048 = "rsa-2048";
    public const string Rsa3072 = "rsa-3072";
    public const string HmacSha256 = "hmac-sha256";
    public const string Aes256 = "aes-256";

    /// <summary>The private part is only ever used inside the TPM.</summary>
    public const string Tpm = "tpm";

    /// <summary>At rest only the TPM can open it.</summary>
    public const string Sealed = "sealed";

    private static readonly string[] s_signing = ["sign", "verify"];
    private static readonly string[] s_agreement = ["agree"];
    private static readonly string[] s_encryption = ["encrypt", "decrypt", "wrap", "unwrap", "data-key", "rewrap"];
    private static readonly string[] s_authentication = ["mac", "mac-verify"];

    private static readonly FrozenDictionary<string, KeyType> s_types = new KeyType[]
    {
        new(EcP256, KeyFamily.Ec, 256, [s_signing, s_agreement]),
        new(EcP384, KeyFamily.Ec, 384, [s_signing, s_agreement]),
        new(Rsa2048, KeyFamily.Rsa, 2048, [s_signing, s_encryption]),
        new(Rsa3072, KeyFamily.Rsa, 3072, [s_signing, s_encryption]),
        new(HmacSha256, KeyFamily.Hmac, 256, [s_authentication]),
        new(Aes256, KeyFamily.Aes, 256, [s_encryption]),
    }.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    public static IReadOnlyList<KeyType> All => s_types.Values;

    /// <summary>Null for a word that is no type.</summary>
    public static KeyType? Find(string name) => s_types.GetValueOrDefault(name);

    public static KeyType Of(KeyRecord key) => Find(key.Type)
        ?? throw new InvalidOperationException($"a key of the unknown type {key.Type}");
}
