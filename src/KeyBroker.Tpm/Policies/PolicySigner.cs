using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies;

/// <summary>Signs, for TPM2_PolicySigned, that a policy holds.</summary>
/// <param name="Sign">Signs the message it is given, wherever the private key is.</param>
public sealed record PolicySigner(TpmPublic Key, Func<ReadOnlyMemory<byte>, TpmSignature> Sign);
