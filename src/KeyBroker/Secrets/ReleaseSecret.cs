using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Secrets;

/// <summary>Encrypt a secret to the key that the evidence named as <c>enc</c>.</summary>
internal sealed record ReleaseSecret(Approval Approval, PublicJwk Recipient, int? Version) : SecretMessage(Approval);
