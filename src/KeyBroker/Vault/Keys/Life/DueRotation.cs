namespace KeyBroker.Vault;

/// <summary>A key whose primary version is to be replaced, and why.</summary>
/// <param name="Version">The version that has served its time: if another is primary by now, nothing is due.</param>
internal sealed record DueRotation(string Name, int Version, string Reason)
{
    public Rotation Wanted => new()
    {
        Require = key =>
        {
            if (key.PrimaryVersion != Version)
            {
                throw KeyLifeCycle.Refuse(key.State, "the key was rotated meanwhile");
            }
        },
    };
}
