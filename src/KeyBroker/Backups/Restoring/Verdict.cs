namespace KeyBroker.Backups.Restoring;

/// <summary>Whether this TPM can use one version of a key or a secret, and if not, why.</summary>
internal sealed record Verdict(string Name, long Version, string? Reason)
{
    public bool Usable => Reason is null;
}
