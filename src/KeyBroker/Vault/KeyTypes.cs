namespace KeyBroker.Vault;

/// <summary>The key types this broker makes, and what each of them can be asked for.</summary>
internal static class KeyTypes
{
    public const string EcP256 = "ec-p256";
    public const string Aes256 = "aes-256";
    public const string Tpm = "tpm";
    public const string Sealed = "sealed";

    private static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        EcP256, Aes256, "ec-p384", "rsa-2048", "rsa-3072", "hmac-sha256",
    };

    private static readonly string[] s_ecOperations = ["sign", "verify"];
    private static readonly string[] s_aesOperations = ["encrypt", "decrypt", "wrap", "unwrap", "data-key", "rewrap"];

    /// <summary>Types of the contract, whether this broker makes them yet or not.</summary>
    public static bool IsKnown(string type) => s_known.Contains(type);

    public static bool IsSupported(string type) => type is EcP256 or Aes256;

    public static string DefaultProtection(string type) => type == Aes256 ? Sealed : Tpm;

    /// <summary>Every operation of the type; also the default.</summary>
    public static IReadOnlyList<string> OperationsOf(string type) => type == Aes256 ? s_aesOperations : s_ecOperations;
}
