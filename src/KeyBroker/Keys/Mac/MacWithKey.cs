using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Authenticate a message with the primary version.</summary>
internal sealed record MacWithKey(Approval Approval, byte[] Message) : KeyMessage(Approval);
