using System.Collections.Frozen;

using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>Which verb a key version admits in which state (contract, section 6; NIST SP 800-57 Part 1, 7).</summary>
internal static class KeyLifeCycle
{
    private static readonly FrozenDictionary<string, int> s_strictness = new Dictionary<string, int>
    {
        [KeyVersionState.Active] = 0,
        [KeyVersionState.Deactivated] = 1,
        [KeyVersionState.Suspended] = 2,
        [KeyVersionState.Compromised] = 3,
        [KeyVersionState.PendingDeletion] = 4,
        [KeyVersionState.Destroyed] = 5,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] s_whenActive =
        ["encrypt", "sign", "mac", "wrap", "data-key", "agree", "decrypt", "verify", "unwrap", "mac-verify", "rewrap",
            "release", "read", "attestation", "rotate"];

    private static readonly FrozenDictionary<string, string[]> s_allowed = new Dictionary<string, string[]>
    {
        [KeyVersionState.Active] = s_whenActive,
        [KeyVersionState.Deactivated] =
            ["decrypt", "verify", "unwrap", "mac-verify", "rewrap", "read", "attestation", "rotate"],
        [KeyVersionState.Suspended] = ["read", "attestation"],
        [KeyVersionState.Compromised] = ["read", "attestation", "rotate"],
        [KeyVersionState.PendingDeletion] = ["read", "attestation"],
        [KeyVersionState.Destroyed] = ["read"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The stricter of the key's state and the version's.</summary>
    public static string StateOf(KeyRecord key, KeyVersion version) =>
        Strictness(key.State) >= Strictness(version.State) ? key.State : version.State;

    public static bool Allows(KeyRecord key, KeyVersion version, string verb) =>
        s_allowed[StateOf(key, version)].Contains(verb, StringComparer.Ordinal);

    /// <exception cref="DeniedException">key-state, with what is allowed instead, or destroyed.</exception>
    public static void Check(KeyRecord key, KeyVersion version, string verb)
    {
        var state = StateOf(key, version);
        var allowed = s_allowed[state];
        if (allowed.Contains(verb, StringComparer.Ordinal))
        {
            return;
        }

        if (state == KeyVersionState.Destroyed)
        {
            throw new DeniedException(ProblemCodes.Destroyed, "this key version is destroyed");
        }

        throw Refuse(state, $"this key version is {state}");
    }

    /// <summary>key-state, with the state and what it allows.</summary>
    public static DeniedException Refuse(string state, string message) => new(ProblemCodes.KeyState, message)
    {
        Extensions = new Dictionary<string, object> { ["state"] = state, ["allowed"] = s_allowed[state] },
    };

    private static int Strictness(string state) => s_strictness.TryGetValue(state, out var value)
        ? value
        : throw new InvalidOperationException($"a key in the unknown state {state}");
}
