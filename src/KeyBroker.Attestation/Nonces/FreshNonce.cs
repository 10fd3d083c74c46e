namespace KeyBroker.Attestation.Nonces;

/// <summary>A nonce that this service issued, that had not expired, and that was spent just now.</summary>
public sealed class FreshNonce
{
    internal FreshNonce(byte[] bytes) => Bytes = bytes;

    internal byte[] Bytes { get; }
}
