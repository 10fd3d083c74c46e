using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>How a key or a secret, or one version of it, is destroyed: planned first, done when the time has passed, or cancelled.</summary>
internal static class ItemDestruction
{
    /// <summary>LIF-13. Shorter than this nobody notices a mistake.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromHours(24);

    public static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <exception cref="DeniedException">key-state: in use, on hold or protected; destroyed.</exception>
    public static T Plan<T>(T item, int? version, PlannedDestruction planned)
        where T : VaultItem
    {
        _ = ItemChanges.Living(item);
        RefuseIfKept(item);
        if (version == item.PrimaryNumber)
        {
            throw KeyLifeCycle.Refuse(item, "the primary version goes with the whole, or after another took its place");
        }

        if (version is { } number)
        {
            return ItemChanges.With(item, number, (whole, chosen) => VersionChanges.PlanDestruction(whole, chosen, planned));
        }

        VersionChanges.RequireEnded(item);
        return ItemChanges.Set(
            item, ended => ended with { State = KeyVersionState.PendingDeletion, Life = ended.Life with { Destruction = planned } });
    }

    /// <summary>Back to suspended.</summary>
    public static T Cancel<T>(T item, int? version)
        where T : VaultItem
    {
        if (version is { } number)
        {
            return ItemChanges.With(ItemChanges.Living(item), number, VersionChanges.Cancel);
        }

        return ItemChanges.NotDestroyed(item).State == KeyVersionState.PendingDeletion
            ? ItemChanges.Set(item, kept => kept with { State = KeyVersionState.Suspended, Life = kept.Life with { Destruction = null } })
            : throw KeyLifeCycle.RefuseWhole(item, $"no destruction of this {item.Kind.Name} is planned");
    }

    /// <summary>Does what was planned under this id, if it still is.</summary>
    public static T Carry<T>(T item, string id, DateTimeOffset now)
        where T : VaultItem
    {
        RefuseIfKept(ItemChanges.NotDestroyed(item));
        if (item.Life.Destruction?.Id == id)
        {
            return ItemChanges.Set(item, whole => Ended(whole, now));
        }

        var planned = item.AllVersions.FirstOrDefault(version => version.Life.Destruction?.Id == id)
            ?? throw KeyLifeCycle.RefuseWhole(item, "this destruction was cancelled");
        return ItemChanges.With(item, planned.Version, (_, version) => VersionChanges.Destroy(version, now));
    }

    /// <summary>Every destruction that is planned, and of which version; null of the whole.</summary>
    public static IEnumerable<(PlannedDestruction Planned, int? Version)> Of(VaultItem item) =>
        item.AllVersions.Where(version => version.Life.Destruction is not null)
            .Select(version => (version.Life.Destruction!, (int?)version.Version))
            .Concat(item.Life.Destruction is { } whole ? [(whole, null)] : []);

    private static VaultItem Ended(VaultItem item, DateTimeOffset now)
    {
        var ended = item.WithVersions(item.AllVersions.Select(version => VersionChanges.Destroy(version, now))) with
        {
            State = KeyVersionState.Destroyed,
            Life = item.Life with { Destruction = null, DestroyedAt = now },
        };
        return ended is KeyRecord key ? key with { RotationPeriod = null } : ended;
    }

    private static void RefuseIfKept(VaultItem item)
    {
        if (item.Life.Hold is not null || item.Life.DeletionProtection)
        {
            throw KeyLifeCycle.Refuse(
                item, $"{(item.Life.Hold is not null ? "a legal hold is on" : "deletion protection is on")} this {item.Kind.Name}");
        }
    }
}
