using System.Text.Json.Nodes;
using KeyBroker.Gate;

namespace KeyBroker.Recipients;

/// <summary>Whom released bytes go to: makes of them what only the recipient can open.</summary>
internal abstract record ReleaseTarget
{
    /// <summary>By the grants alone that are content with this recipient.</summary>
    public virtual Approval Narrow(Approval approval) => approval;

    /// <summary>What the audit calls this recipient.</summary>
    public abstract string NameFor(Approval approval);

    /// <summary>The result as the contract words it (section 7).</summary>
    /// <param name="contentType">The <c>cty</c> of a JWE (RFC 7516, 4.1.12); null where the value is bytes.</param>
    public abstract JsonObject Deliver(ReadOnlySpan<byte> value, string? contentType = null);
}
