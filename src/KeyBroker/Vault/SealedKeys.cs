namespace KeyBroker.Vault;

/// <summary>Uses of keys that only the TPM can open at rest: opened once, then used at memory speed.</summary>
internal sealed class SealedKeys(OpenKeys open, TpmKeys tpm)
{
    private const string Label = "keybroker-a256gcm-v1";

    // One opening serves every waiting caller, so it does not end with the first one's cancellation.
    public Task<byte[]> EncryptAsync(
        KeyRecord key, KeyVersion version, ReadOnlyMemory<byte> plaintext, ReadOnlyMemory<byte> aad) =>
        open.UseAsync((key.Id, version.Version), () => tpm.OpenAsync(key, version),
            secret => GcmBox.Seal(secret.Span, plaintext.Span, Context(version, aad.Span)));

    /// <summary>Null where the box is not one of this version and aad.</summary>
    public Task<byte[]?> DecryptAsync(
        KeyRecord key, KeyVersion version, ReadOnlyMemory<byte> box, ReadOnlyMemory<byte> aad) =>
        open.UseAsync((key.Id, version.Version), () => tpm.OpenAsync(key, version),
            secret => GcmBox.Open(secret.Span, box.Span, Context(version, aad.Span)));

    private static byte[] Context(KeyVersion version, ReadOnlySpan<byte> aad) =>
        GcmBox.Context(Label, version.KeyId, version.Version, aad);
}
