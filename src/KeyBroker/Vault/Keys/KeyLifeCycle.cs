using System.Collections.Frozen;

using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>Which verb a version of a key or a secret admits in which state (contract, section 6; NIST SP 800-57 Part 1, 7).</summary>
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

    /// <summary>The stricter of the whole's state and the version's.</summary>
    public static string StateOf(VaultItem item, ItemVersion version) =>
        Strictness(item.State) >= Strictness(version.State) ? item.State : version.State;

    public static bool Allows(VaultItem item, ItemVersion version, string verb) =>
        Allowed(item, version).Contains(verb, StringComparer.Ordinal);

    /// <exception cref="DeniedException">key-state, with what is allowed instead, or destroyed.</exception>
    public static void Check(VaultItem item, ItemVersion version, string verb)
    {
        if (Allows(item, version, verb))
        {
            return;
        }

        var state = StateOf(item, version);
        if (state == KeyVersionState.Destroyed)
        {
            throw Destroyed($"this {item.Kind.Name} version is destroyed");
        }

        throw Refuse(
            state,
            state == KeyVersionState.Deactivated && IsTooOld(item, version)
                ? $"this {item.Kind.Name} version is below {item.Kind.LeastName}, {item.Life.MinDecryptVersion}"
                : $"this {item.Kind.Name} version is {state}",
            Usable(item, version));
    }

    /// <summary>
    /// LIF-21. True where a rotation is all that has happened to a version that admitted the verb when a use of it began: a version that took
    /// its place would admit it now, and nobody decided that this one must not.
    /// </summary>
    public static bool WasOnlyReplaced(KeyRecord key, KeyVersion version, string verb) =>
        version is { State: KeyVersionState.Deactivated, Life.ReplacedBy: not null } && !IsTooOld(key, version)
        && Allows(key, key.Primary, verb);

    /// <summary>key-state, with the state and what it allows of a key.</summary>
    public static DeniedException Refuse(string state, string message, IReadOnlyList<string>? allowed = null) =>
        new(ProblemCodes.KeyState, message)
        {
            Extensions = new Dictionary<string, object> { ["state"] = state, ["allowed"] = allowed ?? ItemKind.Key.Allowed(state) },
        };

    /// <summary>key-state, with the state of the primary version and what it allows.</summary>
    public static DeniedException Refuse(VaultItem item, string message)
    {
        var state = StateOf(item, item.PrimaryOne);
        return Refuse(state, message, Usable(item, item.PrimaryOne));
    }

    /// <summary>key-state of the whole, whatever its versions are.</summary>
    public static DeniedException RefuseWhole(VaultItem item, string message) => Refuse(item.State, message, MadeFor(item, item.Kind.Allowed(item.State)));

    public static DeniedException Destroyed(string message) => new(ProblemCodes.Destroyed, message);

    /// <summary>Every verb that the version admits now.</summary>
    public static string[] Allowed(VaultItem item, ItemVersion version)
    {
        var state = StateOf(item, version);
        return item.Kind.Allowed(state == KeyVersionState.Deactivated && IsTooOld(item, version) ? ItemKind.TooOld : state);
    }

    /// <summary>LIF-31. Those of them that the key was made for: what a refusal names.</summary>
    public static string[] Usable(VaultItem item, ItemVersion version) => MadeFor(item, Allowed(item, version));

    private static string[] MadeFor(VaultItem item, string[] verbs) =>
        item is KeyRecord key ? [.. verbs.Where(verb => IsMadeFor(key, verb))] : verbs;

    private static bool IsMadeFor(KeyRecord key, string verb) => verb switch
    {
        "read" or "attestation" or "rotate" => true,
        "release" => key.Exportable,
        _ => key.Operations.Contains(verb, StringComparer.Ordinal),
    };

    private static bool IsTooOld(VaultItem item, ItemVersion version) => version.Version < item.Life.MinDecryptVersion;

    private static int Strictness(string state) => s_strictness.TryGetValue(state, out var value)
        ? value
        : throw new InvalidOperationException($"a key in the unknown state {state}");
}
