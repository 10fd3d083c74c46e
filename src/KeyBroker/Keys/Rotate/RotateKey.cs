using KeyBroker.Gate;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

/// <summary>Make a key's next version; the one before is deactivated in the same transaction.</summary>
internal sealed record RotateKey(Approval Approval, Rotation Wanted) : KeyMessage(Approval);
