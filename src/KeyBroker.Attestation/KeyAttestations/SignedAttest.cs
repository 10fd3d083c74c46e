using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.KeyAttestations;

/// <summary>A TPMS_ATTEST (Part 2, 10.12.12) as it was signed, with its signature; proves nothing before that is verified.</summary>
public sealed record SignedAttest(byte[] Attest, TpmSignature Signature);
