namespace KeyBroker.Vault;

/// <summary>A key whose primary version is to be replaced, and why.</summary>
/// <param name="Version">The version that has served its time: if another is primary by now, nothing is due.</param>
internal sealed record DueRotation(string Name, int Version, string Reason)
{
    public Rotation Wanted => new()
    {
        Require = key =>
        {
            if (key.PrimaryVersion != Version || !Admits(key))
            {
                throw KeyLifeCycle.Refuse(key, "the key was changed meanwhile");
            }
        },
    };

    /// <summary>LIF-9. Only what serves is replaced by itself.</summary>
    public static bool Admits(KeyRecord key) => KeyLifeCycle.StateOf(key, key.Primary) == KeyVersionState.Active;
}
