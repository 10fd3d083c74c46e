using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>What each administrative verb makes of a key or a secret (specs/life-cycle.md, tables 3, 4, 6 and 7).</summary>
internal static class ItemChanges
{
    public static T Suspend<T>(T item, int? version)
        where T : VaultItem => version is { } number
        ? With(Living(item), number, VersionChanges.Suspend)
        : To(Require(item, KeyVersionState.Active, "suspended"), KeyVersionState.Suspended);

    public static T Resume<T>(T item, int? version)
        where T : VaultItem => version is { } number
        ? With(Living(item), number, VersionChanges.Resume)
        : To(Require(item, KeyVersionState.Suspended, "resumed"), KeyVersionState.Active);

    /// <summary>Makes a version that waits the primary one; the newest that waits, where none is named. Of keys alone.</summary>
    public static KeyRecord Activate(KeyRecord key, int? version, DateTimeOffset now)
    {
        KeyLifeCycle.Check(key, key.Primary, "rotate");
        var number = version ?? key.Versions.LastOrDefault(waiting => waiting.State == KeyVersionState.PreActive)?.Version
            ?? throw KeyLifeCycle.RefuseWhole(key, "no version waits to be activated");
        var activated = With(key, number, (whole, waiting) => VersionChanges.Activate(whole, waiting, now));
        return number > key.PrimaryVersion
            ? With(activated, key.PrimaryVersion, (_, primary) => VersionChanges.Retire(primary, number, now)) with { PrimaryVersion = number }
            : throw KeyLifeCycle.Refuse(KeyVersionState.PreActive, "a later version is the primary one already");
    }

    public static T Deactivate<T>(T item, int? version, DateTimeOffset now)
        where T : VaultItem =>
        With(Living(item), version ?? item.PrimaryNumber, (whole, chosen) => VersionChanges.Deactivate(whole, chosen, now));

    /// <summary>One version, or every one that the reason can still change.</summary>
    public static T Revoke<T>(T item, int? version, Revocation revocation)
        where T : VaultItem
    {
        _ = Living(item);
        if (version is { } number)
        {
            return With(item, number, (whole, chosen) => VersionChanges.Revoke(whole, chosen, revocation));
        }

        var revocable = item.AllVersions.Where(each => VersionChanges.MayRevoke(each, revocation)).Select(each => each.Version).ToArray();
        return revocable.Length > 0
            ? revocable.Aggregate(item, (changed, each) => With(changed, each, (whole, chosen) => VersionChanges.Revoke(whole, chosen, revocation)))
            : throw KeyLifeCycle.Refuse(item, $"no version of this {item.Kind.Name} can be revoked for this reason");
    }

    public static T Hold<T>(T item, LegalHold hold)
        where T : VaultItem => NotDestroyed(item).Life.Hold is null
        ? Set(item, living => living with { Life = living.Life with { Hold = hold } })
        : throw KeyLifeCycle.RefuseWhole(item, $"a legal hold is on this {item.Kind.Name} already");

    public static T Unhold<T>(T item)
        where T : VaultItem => NotDestroyed(item).Life.Hold is not null
        ? Set(item, held => held with { Life = held.Life with { Hold = null } })
        : throw KeyLifeCycle.RefuseWhole(item, $"no legal hold is on this {item.Kind.Name}");

    /// <summary>Changes one version.</summary>
    /// <param name="item">The whole.</param>
    /// <param name="number">Which.</param>
    /// <param name="change">What is made of it, by the whole as it was.</param>
    /// <exception cref="DeniedException">not-found, and what <paramref name="change"/> refuses with.</exception>
    internal static T With<T>(T item, int number, Func<VaultItem, ItemVersion, ItemVersion> change)
        where T : VaultItem
    {
        var chosen = item.Numbered(number) ?? throw new DeniedException(ProblemCodes.NotFound, "no such version");
        var changed = change(item, chosen);
        return Set(item, whole => whole.WithVersions(whole.AllVersions.Select(version => ReferenceEquals(version, chosen) ? changed : version)));
    }

    /// <summary>A change that leaves the kind as it is, as every <c>with</c> does.</summary>
    internal static T Set<T>(T item, Func<VaultItem, VaultItem> change)
        where T : VaultItem => (T)change(item);

    internal static T NotDestroyed<T>(T item)
        where T : VaultItem =>
        item.State == KeyVersionState.Destroyed ? throw KeyLifeCycle.Destroyed($"this {item.Kind.Name} is destroyed") : item;

    /// <summary>Versions change while the whole is neither on its way to destruction nor there.</summary>
    internal static T Living<T>(T item)
        where T : VaultItem => NotDestroyed(item).State == KeyVersionState.PendingDeletion
        ? throw KeyLifeCycle.RefuseWhole(item, $"this {item.Kind.Name} waits for its destruction")
        : item;

    private static T To<T>(T item, string state)
        where T : VaultItem => Set(item, whole => whole with { State = state });

    private static T Require<T>(T item, string state, string done)
        where T : VaultItem => NotDestroyed(item).State == state
        ? item
        : throw KeyLifeCycle.RefuseWhole(item, $"a {item.Kind.Name} that is {item.State} cannot be {done}");
}
