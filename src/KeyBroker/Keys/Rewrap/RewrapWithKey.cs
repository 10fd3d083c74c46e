using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Bring what was encrypted or wrapped under the primary version.</summary>
internal sealed record RewrapWithKey(Approval Approval, string Ciphertext, byte[]? Aad) : KeyMessage(Approval);
