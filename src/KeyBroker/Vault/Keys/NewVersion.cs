namespace KeyBroker.Vault;

/// <summary>A version that is to be made of a key, and whether it becomes the primary one.</summary>
/// <param name="Key">With its primary version at least: no other changes.</param>
internal sealed record NewVersion(KeyRecord Key, int Number, bool Activate)
{
    public KeyRecord With(KeyVersion made, DateTimeOffset now) => Activate
        ? Key with
        {
            PrimaryVersion = Number,
            Versions = [.. Key.Versions.Select(version => version.Version == Key.PrimaryVersion ? VersionChanges.Retire(version, Number, now) : version), made],
        }
        : Key with { Versions = [.. Key.Versions, made] };
}
