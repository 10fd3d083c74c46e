using System.Collections.Frozen;

namespace KeyBroker.Vault;

/// <summary>A kind of what the vault keeps, and which verbs machines have on it in which state (specs/life-cycle.md, tables 2 and 5).</summary>
internal sealed class ItemKind
{
    /// <summary>Deactivated, and below the least version that still serves.</summary>
    public const string TooOld = "too-old";

    public static readonly ItemKind Key = new("key", "keys", KeyVerbs());

    public static readonly ItemKind Secret = new("secret", "secrets", SecretVerbs());

    public static readonly ItemKind[] All = [Key, Secret];

    private readonly FrozenDictionary<string, string[]> _allowed;

    private ItemKind(string name, string collection, Dictionary<string, string[]> allowed) =>
        (Name, Collection, _allowed) = (name, collection, allowed.ToFrozenDictionary(StringComparer.Ordinal));

    public string Name { get; }

    /// <summary>As in paths and in the audit.</summary>
    public string Collection { get; }

    /// <summary>What documents call the least version that still serves when it was replaced.</summary>
    public string LeastName => Name == "key" ? "minDecryptVersion" : "minVersion";

    /// <summary>What a version allows in the state that holds.</summary>
    public string[] Allowed(string state) => _allowed[state];

    private static Dictionary<string, string[]> KeyVerbs()
    {
        string[] retired = ["read", "attestation", "rotate"];
        return new()
        {
            [KeyVersionState.PreActive] = ["read", "attestation"],
            [KeyVersionState.Active] =
            [
                "encrypt", "sign", "mac", "wrap", "data-key", "agree", "decrypt", "verify", "unwrap", "mac-verify", "rewrap",
                "release", .. retired,
            ],
            [KeyVersionState.Deactivated] = ["decrypt", "verify", "unwrap", "mac-verify", "rewrap", .. retired],
            [TooOld] = retired,
            [KeyVersionState.Suspended] = ["read", "attestation"],
            [KeyVersionState.Compromised] = retired,
            [KeyVersionState.PendingDeletion] = ["read", "attestation"],
            [KeyVersionState.Destroyed] = [],
        };
    }

    // What a secret replaced is asked for by its number, by who has not changed over yet.
    private static Dictionary<string, string[]> SecretVerbs() => new()
    {
        [KeyVersionState.Active] = ["release", "read", "seal"],
        [KeyVersionState.Deactivated] = ["release", "read", "seal"],
        [TooOld] = ["read", "seal"],
        [KeyVersionState.Suspended] = ["read"],
        [KeyVersionState.Compromised] = ["read", "seal"],
        [KeyVersionState.PendingDeletion] = ["read"],
        [KeyVersionState.Destroyed] = [],
    };
}
