namespace KeyBroker.Attestation.Certificates;

/// <summary>Whom the operator trusts to certify TPMs, and which TPMs not even then.</summary>
public sealed record EndorsementTrust(CertificateAnchors Anchors, EndorsementDenyList Denied);
