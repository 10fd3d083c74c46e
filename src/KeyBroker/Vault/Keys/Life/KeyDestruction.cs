using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>How a key, or one version of it, is destroyed: planned first, done when the time has passed, or cancelled.</summary>
internal static class KeyDestruction
{
    /// <summary>LIF-13. Shorter than this nobody notices a mistake.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromHours(24);

    public static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <exception cref="DeniedException">key-state: in use, on hold or protected; destroyed.</exception>
    public static KeyRecord Plan(KeyRecord key, int? version, PlannedDestruction planned)
    {
        _ = KeyChanges.Living(key);
        RefuseIfKept(key);
        if (version == key.PrimaryVersion)
        {
            throw KeyLifeCycle.Refuse(
                KeyLifeCycle.StateOf(key, key.Primary), "the primary version goes with the key, or after another took its place");
        }

        if (version is { } number)
        {
            return KeyChanges.With(key, number, chosen => VersionChanges.PlanDestruction(chosen, planned));
        }

        VersionChanges.RequireEnded(KeyLifeCycle.StateOf(key, key.Primary));
        return key with { State = KeyVersionState.PendingDeletion, Life = key.Life with { Destruction = planned } };
    }

    /// <summary>Back to suspended.</summary>
    public static KeyRecord Cancel(KeyRecord key, int? version)
    {
        if (version is { } number)
        {
            return KeyChanges.With(KeyChanges.Living(key), number, VersionChanges.Cancel);
        }

        return KeyChanges.NotDestroyed(key).State == KeyVersionState.PendingDeletion
            ? key with { State = KeyVersionState.Suspended, Life = key.Life with { Destruction = null } }
            : throw KeyLifeCycle.Refuse(key.State, "no destruction of this key is planned");
    }

    /// <summary>Does what was planned under this id, if it still is.</summary>
    public static KeyRecord Carry(KeyRecord key, string id, DateTimeOffset now)
    {
        RefuseIfKept(KeyChanges.NotDestroyed(key));
        if (key.Life.Destruction?.Id == id)
        {
            return key with
            {
                State = KeyVersionState.Destroyed,
                Life = key.Life with { Destruction = null, DestroyedAt = now },
                RotationPeriod = null,
                Versions = [.. key.Versions.Select(version => VersionChanges.Destroy(version, now))],
            };
        }

        var planned = key.Versions.FirstOrDefault(version => version.Life.Destruction?.Id == id)
            ?? throw KeyLifeCycle.Refuse(key.State, "this destruction was cancelled");
        return KeyChanges.With(key, planned.Version, version => VersionChanges.Destroy(version, now));
    }

    /// <summary>Every destruction that is planned, and of which version; null of the whole key.</summary>
    public static IEnumerable<(PlannedDestruction Planned, int? Version)> Of(KeyRecord key) =>
        key.Versions.Where(version => version.Life.Destruction is not null)
            .Select(version => (version.Life.Destruction!, (int?)version.Version))
            .Concat(key.Life.Destruction is { } whole ? [(whole, null)] : []);

    private static void RefuseIfKept(KeyRecord key)
    {
        if (key.Life.Hold is not null || key.Life.DeletionProtection)
        {
            throw KeyLifeCycle.Refuse(
                KeyLifeCycle.StateOf(key, key.Primary),
                key.Life.Hold is not null ? "a legal hold is on this key" : "this key is protected from deletion");
        }
    }
}
