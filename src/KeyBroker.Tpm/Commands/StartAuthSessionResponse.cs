using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>A session's handle and first nonce.</summary>
public sealed record StartAuthSessionResponse(TpmHandle Handle, byte[] NonceTpm);
