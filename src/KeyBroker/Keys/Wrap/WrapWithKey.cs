using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Wrap a key under the primary version.</summary>
internal sealed record WrapWithKey(Approval Approval, byte[] Key, byte[]? Aad) : KeyMessage(Approval);
