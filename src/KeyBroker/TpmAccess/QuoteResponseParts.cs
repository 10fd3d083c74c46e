using KeyBroker.Tpm.Structures;

namespace KeyBroker.TpmAccess;

/// <summary>What TPM2_Quote returned: TPMS_ATTEST as signed, and the signature.</summary>
internal sealed record QuoteResponseParts(byte[] Attest, TpmSignature Signature);
