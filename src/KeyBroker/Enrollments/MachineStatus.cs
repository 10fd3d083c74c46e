namespace KeyBroker.Enrollments;

/// <summary>Where a machine stands, as its row and the contract spell it.</summary>
internal static class MachineStatus
{
    /// <summary>An administrator named it; it has not enrolled.</summary>
    public const string Registered = "registered";

    /// <summary>It proved its keys; an administrator has not approved it.</summary>
    public const string Pending = "pending";

    public const string Active = "active";

    public const string Revoked = "revoked";
}
