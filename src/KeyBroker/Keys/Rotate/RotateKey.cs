using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Make a key's next version; the one before is deactivated in the same transaction.</summary>
internal sealed record RotateKey(Approval Approval) : KeyMessage(Approval);
