using KeyBroker.Gate;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

/// <summary>Make a key's first version.</summary>
internal sealed record CreateKey(Approval Approval, KeySpec Spec) : KeyMessage(Approval);
