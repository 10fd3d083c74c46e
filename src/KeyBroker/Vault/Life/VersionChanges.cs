namespace KeyBroker.Vault;

/// <summary>What each administrative verb makes of one version (specs/life-cycle.md, table 4).</summary>
internal static class VersionChanges
{
    public static ItemVersion Suspend(VaultItem whole, ItemVersion version) => version.State is KeyVersionState.Active or KeyVersionState.Deactivated
        ? Detour(version, KeyVersionState.Suspended)
        : throw Unfit(whole, version, "suspended");

    public static ItemVersion Resume(VaultItem whole, ItemVersion version) => version.State == KeyVersionState.Suspended
        ? version with { State = version.Life.ResumesTo ?? KeyVersionState.Deactivated, Life = version.Life with { ResumesTo = null } }
        : throw Unfit(whole, version, "resumed");

    public static ItemVersion Activate(VaultItem whole, ItemVersion version, DateTimeOffset now) => version.State == KeyVersionState.PreActive
        ? version with { State = KeyVersionState.Active, Life = version.Life with { ActivatedAt = now } }
        : throw Unfit(whole, version, "activated");

    public static bool MayDeactivate(ItemVersion version) =>
        version.State == KeyVersionState.Active || (version.State == KeyVersionState.Suspended && !WasCompromised(version));

    public static ItemVersion Deactivate(VaultItem whole, ItemVersion version, DateTimeOffset now) =>
        MayDeactivate(version) || IsOvertaken(whole, version)
        ? Deactivated(version, now)
        : throw Unfit(whole, version, "deactivated");

    /// <summary>Of the primary version when another takes its place: whatever else it is, it is no better than deactivated.</summary>
    public static T Retire<T>(T version, int by, DateTimeOffset now)
        where T : ItemVersion
    {
        if (version.State != KeyVersionState.Active)
        {
            return version;
        }

        var retired = Deactivated(version, now);
        return (T)(retired with { Life = retired.Life with { ReplacedBy = by } });
    }

    public static bool MayRevoke(ItemVersion version, Revocation revocation) => RevocationReason.IsCompromise(revocation.Reason)
        ? version.State is KeyVersionState.PreActive or KeyVersionState.Active or KeyVersionState.Suspended or KeyVersionState.Deactivated
        : MayDeactivate(version);

    public static ItemVersion Revoke(VaultItem whole, ItemVersion version, Revocation revocation)
    {
        if (!MayRevoke(version, revocation))
        {
            throw Unfit(whole, version, "revoked for this reason");
        }

        var revoked = RevocationReason.IsCompromise(revocation.Reason)
            ? version with { State = KeyVersionState.Compromised, Life = version.Life with { ResumesTo = null } }
            : Deactivated(version, revocation.At);
        return revoked with { Life = revoked.Life with { Revocation = revocation } };
    }

    public static ItemVersion PlanDestruction(VaultItem whole, ItemVersion version, PlannedDestruction planned)
    {
        if (!HasEnded(version.State) && !IsOvertaken(whole, version))
        {
            throw Unfit(whole, version, "destroyed");
        }

        var pending = Detour(version, KeyVersionState.PendingDeletion);
        return pending with { Life = pending.Life with { Destruction = planned } };
    }

    public static ItemVersion Cancel(VaultItem whole, ItemVersion version) => version.State == KeyVersionState.PendingDeletion
        ? version with { State = KeyVersionState.Suspended, Life = version.Life with { Destruction = null } }
        : throw Unfit(whole, version, "taken back from destruction");

    /// <summary>The private part goes; what shows where the version was made, and what it signed, stays.</summary>
    public static T Destroy<T>(T version, DateTimeOffset now)
        where T : ItemVersion => version.State == KeyVersionState.Destroyed
        ? version
        : (T)((ItemVersion)version with
        {
            State = KeyVersionState.Destroyed,
            Object = version.Object with { Private = [] },
            Wrapped = null,
            Life = version.Life with { ResumesTo = null, Destruction = null, DestroyedAt = now },
        });

    /// <exception cref="Attestation.DeniedException">key-state: what is in use, or was never used, is not destroyed.</exception>
    public static void RequireEnded(VaultItem whole)
    {
        var state = KeyLifeCycle.StateOf(whole, whole.PrimaryOne);
        if (!HasEnded(state))
        {
            throw KeyLifeCycle.Refuse(whole, "only what is suspended, deactivated or compromised can be destroyed");
        }
    }

    /// <summary>LIF-34. A version that waited and that a later one overtook: it is never activated, so it may be ended.</summary>
    private static bool IsOvertaken(VaultItem whole, ItemVersion version) =>
        version.State == KeyVersionState.PreActive && version.Version < whole.PrimaryNumber;

    private static bool HasEnded(string state) =>
        state is KeyVersionState.Suspended or KeyVersionState.Deactivated or KeyVersionState.Compromised;

    private static ItemVersion Deactivated(ItemVersion version, DateTimeOffset now) => version with
    {
        State = KeyVersionState.Deactivated,
        Life = version.Life with { ResumesTo = null, ReplacedBy = null, DeactivatedAt = version.Life.DeactivatedAt ?? now },
    };

    private static bool WasCompromised(ItemVersion version) => version.Life.ResumesTo == KeyVersionState.Compromised;

    private static ItemVersion Detour(ItemVersion version, string state) => version with
    {
        State = state,
        Life = version.Life with { ResumesTo = version.Life.ResumesTo ?? version.State },
    };

    /// <summary>LIF-31. The change is refused for what the version is; the state that is named is the one that holds.</summary>
    private static Attestation.DeniedException Unfit(VaultItem whole, ItemVersion version, string done) => version.State == KeyVersionState.Destroyed
        ? KeyLifeCycle.Destroyed($"this {version.Kind.Name} version is destroyed")
        : KeyLifeCycle.Refuse(
            KeyLifeCycle.StateOf(whole, version), $"a version that is {version.State} cannot be {done}", KeyLifeCycle.Usable(whole, version));
}
