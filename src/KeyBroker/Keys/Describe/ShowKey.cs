using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Describe a key and its versions.</summary>
internal sealed record ShowKey(Approval Approval) : KeyMessage(Approval);
