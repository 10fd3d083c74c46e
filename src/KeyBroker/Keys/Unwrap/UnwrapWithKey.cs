using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Unwrap with the version that the wrapped key names.</summary>
internal sealed record UnwrapWithKey(Approval Approval, string Wrapped, byte[]? Aad) : KeyMessage(Approval)
{
    /// <summary>Whom the key is encrypted to; null for nobody.</summary>
    public PublicJwk? Recipient { get; init; }
}
