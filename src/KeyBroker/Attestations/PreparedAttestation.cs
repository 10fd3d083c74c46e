using KeyBroker.Storage;

namespace KeyBroker.Attestations;

/// <summary>An attestation with its MAC, ready to be written, and what it names by digest.</summary>
internal sealed record PreparedAttestation(AttestationRow Row, Content? Facts, Content? EventLog);
