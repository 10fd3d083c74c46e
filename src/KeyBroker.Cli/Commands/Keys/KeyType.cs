namespace KeyBroker.Cli.Commands.Keys;

/// <summary>The types of keys a broker makes, and the algorithm each signs with unless told otherwise.</summary>
internal static class KeyType
{
    public const string Usual = "ec-p256";

    private static readonly Dictionary<string, string?> s_algorithms = new()
    {
        [Usual] = "ES256",
        ["ec-p384"] = "ES384",
        ["rsa-2048"] = "PS256",
        ["rsa-3072"] = "PS256",
        ["hmac-sha256"] = null,
        ["aes-256"] = null,
    };

    public static string[] All => [.. s_algorithms.Keys];

    /// <summary>A TPM looks for primes for up to a minute.</summary>
    public static bool TakesLong(string type) => type.StartsWith("rsa-", StringComparison.Ordinal);

    /// <summary>Null where keys of this type do not sign, or are of a kind we do not know.</summary>
    public static string? Algorithm(string? type) => type is null ? null : s_algorithms.GetValueOrDefault(type);
}
