using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>A new object, wrapped by its parent.</summary>
/// <param name="Private">The content of the TPM2B_PRIVATE, without its size.</param>
public sealed record CreateResponse(byte[] Private, TpmPublic Public, CreationRecord Creation);
