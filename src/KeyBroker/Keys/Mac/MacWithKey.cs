using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Authenticate a message with the primary version, or with the active version named.</summary>
internal sealed record MacWithKey(Approval Approval, byte[] Message, int? Version) : KeyMessage(Approval);
