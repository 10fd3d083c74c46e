namespace KeyBroker.Vault;

/// <summary>The states of a key version, in the words of the contract (section 6).</summary>
internal static class KeyVersionState
{
    public const string PreActive = "pre-active";
    public const string Active = "active";
    public const string Suspended = "suspended";
    public const string Deactivated = "deactivated";
    public const string Compromised = "compromised";
    public const string Destroyed = "destroyed";
    public const string PendingDeletion = "pending-deletion";
}
