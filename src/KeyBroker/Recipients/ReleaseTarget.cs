using System.Text.Json.Nodes;

namespace KeyBroker.Recipients;

/// <summary>Whom released bytes go to: makes of them what only the recipient can open.</summary>
internal abstract record ReleaseTarget
{
    /// <summary>The result as the contract words it (section 7).</summary>
    public abstract JsonObject Deliver(ReadOnlySpan<byte> value);
}
