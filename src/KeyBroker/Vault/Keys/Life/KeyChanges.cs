using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>What each administrative verb makes of a key (specs/life-cycle.md, tables 3 and 4).</summary>
internal static class KeyChanges
{
    public static KeyRecord Suspend(KeyRecord key, int? version) => version is { } number
        ? With(Living(key), number, VersionChanges.Suspend)
        : To(Require(key, KeyVersionState.Active, "suspended"), KeyVersionState.Suspended);

    public static KeyRecord Resume(KeyRecord key, int? version) => version is { } number
        ? With(Living(key), number, VersionChanges.Resume)
        : To(Require(key, KeyVersionState.Suspended, "resumed"), KeyVersionState.Active);

    /// <summary>Makes a version that waits the primary one; the newest that waits, where none is named.</summary>
    public static KeyRecord Activate(KeyRecord key, int? version, DateTimeOffset now)
    {
        KeyLifeCycle.Check(key, key.Primary, "rotate");
        var number = version ?? key.Versions.LastOrDefault(waiting => waiting.State == KeyVersionState.PreActive)?.Version
            ?? throw KeyLifeCycle.Refuse(key.State, "no version waits to be activated");
        var activated = With(key, number, waiting => VersionChanges.Activate(waiting, now));
        return number > key.PrimaryVersion
            ? With(activated, key.PrimaryVersion, primary => VersionChanges.Retire(primary, now)) with { PrimaryVersion = number }
            : throw KeyLifeCycle.Refuse(KeyVersionState.PreActive, "a later version is the primary one already");
    }

    public static KeyRecord Deactivate(KeyRecord key, int? version, DateTimeOffset now) =>
        With(Living(key), version ?? key.PrimaryVersion, chosen => VersionChanges.Deactivate(chosen, now));

    /// <summary>One version, or every one that the reason can still change.</summary>
    public static KeyRecord Revoke(KeyRecord key, int? version, Revocation revocation)
    {
        _ = Living(key);
        if (version is { } number)
        {
            return With(key, number, chosen => VersionChanges.Revoke(chosen, revocation));
        }

        var revocable = key.Versions.Where(each => VersionChanges.MayRevoke(each, revocation)).Select(each => each.Version).ToArray();
        return revocable.Length > 0
            ? revocable.Aggregate(key, (changed, each) => With(changed, each, chosen => VersionChanges.Revoke(chosen, revocation)))
            : throw KeyLifeCycle.Refuse(KeyLifeCycle.StateOf(key, key.Primary), "no version of this key can be revoked for this reason");
    }

    public static KeyRecord Hold(KeyRecord key, LegalHold hold) =>
        NotDestroyed(key) with { Life = key.Life with { Hold = hold } };

    public static KeyRecord Unhold(KeyRecord key) => NotDestroyed(key).Life.Hold is not null
        ? key with { Life = key.Life with { Hold = null } }
        : throw KeyLifeCycle.Refuse(key.State, "no legal hold is on this key");

    /// <summary>Changes one version.</summary>
    /// <exception cref="DeniedException">not-found, and what <paramref name="change"/> refuses with.</exception>
    internal static KeyRecord With(KeyRecord key, int number, Func<KeyVersion, KeyVersion> change)
    {
        var chosen = key.Version(number) ?? throw new DeniedException(ProblemCodes.NotFound, "no such version");
        var changed = change(chosen);
        return key with { Versions = [.. key.Versions.Select(version => ReferenceEquals(version, chosen) ? changed : version)] };
    }

    internal static KeyRecord NotDestroyed(KeyRecord key) =>
        key.State == KeyVersionState.Destroyed ? throw KeyLifeCycle.Destroyed("this key is destroyed") : key;

    /// <summary>Versions change while the key as a whole is neither on its way to destruction nor there.</summary>
    internal static KeyRecord Living(KeyRecord key) => NotDestroyed(key).State == KeyVersionState.PendingDeletion
        ? throw KeyLifeCycle.Refuse(key.State, "this key waits for its destruction")
        : key;

    internal static KeyRecord To(KeyRecord key, string state) => key with { State = state };

    private static KeyRecord Require(KeyRecord key, string state, string done) => NotDestroyed(key).State == state
        ? key
        : throw KeyLifeCycle.Refuse(key.State, $"a key that is {key.State} cannot be {done}");
}
