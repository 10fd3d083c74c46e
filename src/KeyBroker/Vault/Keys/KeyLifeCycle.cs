using System.Collections.Frozen;

using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>Which verb a key version admits in which state (contract, section 6; NIST SP 800-57 Part 1, 7).</summary>
internal static class KeyLifeCycle
{
    private static readonly FrozenDictionary<string, int> s_strictness = new Dictionary<string, int>
    {
        [KeyVersionState.Active] = 0,
        [KeyVersionState.PreActive] = 1,
        [KeyVersionState.Deactivated] = 2,
        [KeyVersionState.Suspended] = 3,
        [KeyVersionState.Compromised] = 4,
        [KeyVersionState.PendingDeletion] = 5,
        [KeyVersionState.Destroyed] = 6,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] s_whenActive =
        ["encrypt", "sign", "mac", "wrap", "data-key", "agree", "decrypt", "verify", "unwrap", "mac-verify", "rewrap",
            "release", "read", "attestation", "rotate"];

    private static readonly string[] s_whenRetired = ["read", "attestation", "rotate"];

    private static readonly FrozenDictionary<string, string[]> s_allowed = new Dictionary<string, string[]>
    {
        [KeyVersionState.PreActive] = ["read", "attestation"],
        [KeyVersionState.Active] = s_whenActive,
        [KeyVersionState.Deactivated] =
            ["decrypt", "verify", "unwrap", "mac-verify", "rewrap", .. s_whenRetired],
        [KeyVersionState.Suspended] = ["read", "attestation"],
        [KeyVersionState.Compromised] = s_whenRetired,
        [KeyVersionState.PendingDeletion] = ["read", "attestation"],
        [KeyVersionState.Destroyed] = [],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The stricter of the key's state and the version's.</summary>
    public static string StateOf(KeyRecord key, KeyVersion version) =>
        Strictness(key.State) >= Strictness(version.State) ? key.State : version.State;

    public static bool Allows(KeyRecord key, KeyVersion version, string verb) =>
        Allowed(key, version).Contains(verb, StringComparer.Ordinal);

    /// <exception cref="DeniedException">key-state, with what is allowed instead, or destroyed.</exception>
    public static void Check(KeyRecord key, KeyVersion version, string verb)
    {
        if (Allows(key, version, verb))
        {
            return;
        }

        var state = StateOf(key, version);
        if (state == KeyVersionState.Destroyed)
        {
            throw Destroyed("this key version is destroyed");
        }

        throw Refuse(
            state,
            state == KeyVersionState.Deactivated && IsTooOld(key, version)
                ? $"this key version is below minDecryptVersion, {key.Life.MinDecryptVersion}"
                : $"this key version is {state}",
            Allowed(key, version));
    }

    /// <summary>key-state, with the state and what it allows.</summary>
    public static DeniedException Refuse(string state, string message, IReadOnlyList<string>? allowed = null) =>
        new(ProblemCodes.KeyState, message)
        {
            Extensions = new Dictionary<string, object> { ["state"] = state, ["allowed"] = allowed ?? s_allowed[state] },
        };

    public static DeniedException Destroyed(string message) => new(ProblemCodes.Destroyed, message);

    private static string[] Allowed(KeyRecord key, KeyVersion version)
    {
        var state = StateOf(key, version);
        return state == KeyVersionState.Deactivated && IsTooOld(key, version) ? s_whenRetired : s_allowed[state];
    }

    private static bool IsTooOld(KeyRecord key, KeyVersion version) => version.Version < key.Life.MinDecryptVersion;

    private static int Strictness(string state) => s_strictness.TryGetValue(state, out var value)
        ? value
        : throw new InvalidOperationException($"a key in the unknown state {state}");
}
