namespace KeyBroker.Client;

/// <summary>A key as its TPM gave it out: TPM2B_PUBLIC, and the content of TPM2B_PRIVATE.</summary>
internal sealed record WrappedKey(byte[] Public, byte[] Private);
