using KeyBroker.Gate;

namespace KeyBroker.Secrets;

/// <summary>Describe a secret and its versions.</summary>
internal sealed record ShowSecret(Approval Approval) : SecretMessage(Approval);
