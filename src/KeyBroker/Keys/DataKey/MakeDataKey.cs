using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Make a fresh key, and wrap it under the primary version.</summary>
internal sealed record MakeDataKey(Approval Approval, int Length, byte[]? Aad) : KeyMessage(Approval)
{
    /// <summary>Whom the key is encrypted to.</summary>
    public required PublicJwk Recipient { get; init; }
}
