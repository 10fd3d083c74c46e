using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>A new object, loaded and wrapped by its parent.</summary>
/// <param name="Private">The content of the TPM2B_PRIVATE, without its size; empty for a primary object.</param>
public sealed record CreateLoadedResponse(TpmObject Object, byte[] Private, TpmPublic Public);
