using KeyBroker.Tpm.Endorsements;

namespace KeyBroker.Client;

/// <summary>Who this machine is to the broker, and its attestation key as the TPM wrapped it.</summary>
public sealed record Identity(
    string Machine, string Name, EndorsementKeyKind EndorsementKey, byte[] AkPublic, byte[] AkPrivate);
