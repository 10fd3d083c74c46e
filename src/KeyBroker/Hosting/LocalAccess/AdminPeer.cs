namespace KeyBroker.Hosting;

/// <summary>Set on a connection by the administrative listener and by nothing else: who is at the other end.</summary>
internal sealed record AdminPeer(uint UserId)
{
    /// <summary>The peer as the audit names it.</summary>
    public string Name => $"uid:{UserId}";
}
