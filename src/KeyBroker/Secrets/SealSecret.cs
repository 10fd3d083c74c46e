using KeyBroker.Gate;

namespace KeyBroker.Secrets;

/// <summary>Seal a value as the next version of a secret. The handler wipes the value.</summary>
internal sealed record SealSecret(Approval Approval, byte[] Value) : SecretMessage(Approval);
