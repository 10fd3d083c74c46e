using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>A TPMS_ATTEST as the TPM signed it, and the signature.</summary>
/// <param name="Attest">The bytes under the signature.</param>
public sealed record AttestedResponse(byte[] Attest, TpmSignature Signature)
{
    internal static AttestedResponse Read(ref TpmReader reader) =>
        new(reader.ReadSized().ToArray(), TpmSignature.Read(ref reader));
}
