using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Encrypt under the primary version.</summary>
internal sealed record EncryptWithKey(Approval Approval, byte[] Plaintext, byte[]? Aad) : KeyMessage(Approval);
