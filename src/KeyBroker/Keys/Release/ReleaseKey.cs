using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Encrypt the private part of an exportable key to the attested key.</summary>
internal sealed record ReleaseKey(Approval Approval, PublicJwk Recipient, int? Version) : KeyMessage(Approval);
