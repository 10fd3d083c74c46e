namespace KeyBroker.Tpm.Sessions;

/// <summary>What the HMAC of a session covers, besides its own nonces (TPM 2.0 Part 1, 19.6.5).</summary>
/// <param name="OtherNonces">In the first session of a command: the TPM nonces of other, encrypting sessions.</param>
internal sealed record SessionMessage(
    byte[] ParameterHash, byte[] OtherNonces, SessionAttributes Attributes, bool IsResponse);
