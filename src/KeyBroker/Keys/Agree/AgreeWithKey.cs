using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Agree on a secret with somebody else's key, with the primary version or the one named.</summary>
internal sealed record AgreeWithKey(Approval Approval, PublicJwk Peer, int? Version) : KeyMessage(Approval)
{
    /// <summary>Whom the secret is encrypted to.</summary>
    public required PublicJwk Recipient { get; init; }
}
