using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Decrypt with the version that the ciphertext names.</summary>
internal sealed record DecryptWithKey(Approval Approval, string Ciphertext, byte[]? Aad) : KeyMessage(Approval)
{
    /// <summary>Whom the plaintext is encrypted to; null for nobody.</summary>
    public PublicJwk? Recipient { get; init; }
}
