using KeyBroker.Tpm.Structures;

namespace KeyBroker.Vault;

/// <summary>A quote by the broker's own attestation key.</summary>
/// <param name="Attest">TPMS_ATTEST (Part 2, 10.12.12), as signed.</param>
/// <param name="Registers">The values that the quote's digest is over.</param>
internal sealed record BrokerQuote(byte[] Attest, TpmSignature Signature, IReadOnlyList<RegisterValue> Registers);
