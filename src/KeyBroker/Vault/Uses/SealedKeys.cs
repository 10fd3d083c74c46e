using System.Security.Cryptography;

namespace KeyBroker.Vault;

/// <summary>Uses of keys that only the TPM can open at rest: opened once, then used at memory speed.</summary>
internal sealed class SealedKeys(OpenKeys open, TpmKeys tpm, KeyUses uses)
{
    private const string Label = "keybroker-a256gcm-v1";

    public Task<byte[]> SignAsync(
        KeyRecord key, KeyVersion version, SignatureAlgorithm algorithm, ReadOnlyMemory<byte> digest) =>
        UseAsync(key, version, material => material switch
        {
            EcMaterial ec => ec.Sign(digest.Span),
            RsaMaterial rsa => rsa.Sign(digest.Span, algorithm),
            _ => throw Unfit(key),
        });

    public Task<byte[]> MacAsync(KeyRecord key, KeyVersion version, ReadOnlyMemory<byte> message) =>
        UseAsync(key, version, material => HMACSHA256.HashData(Symmetric(key, material), message.Span));

    /// <exception cref="Attestation.DeniedException">key-state: the version encrypted as often as is safe.</exception>
    public async Task<byte[]> EncryptAsync(
        KeyRecord key, KeyVersion version, ReadOnlyMemory<byte> plaintext, ReadOnlyMemory<byte> aad)
    {
        await uses.CountAsync(key, version); // LIF-10: nonces are random, so encryptions are counted.
        return await UseAsync(key, version, material =>
            GcmBox.Seal(Symmetric(key, material), plaintext.Span, Context(version, aad.Span)));
    }

    /// <summary>Null where the box is not one of this version and aad.</summary>
    public Task<byte[]?> DecryptAsync(
        KeyRecord key, KeyVersion version, ReadOnlyMemory<byte> box, ReadOnlyMemory<byte> aad) =>
        UseAsync(key, version, material =>
            GcmBox.Open(Symmetric(key, material), box.Span, Context(version, aad.Span)));

    /// <summary>RSA-OAEP-256; null for everything that is not a ciphertext to this version.</summary>
    public Task<byte[]?> RsaDecryptAsync(KeyRecord key, KeyVersion version, ReadOnlyMemory<byte> ciphertext) =>
        UseAsync(key, version, material =>
            material is RsaMaterial rsa ? rsa.Decrypt(ciphertext.Span) : throw Unfit(key));

    // One opening serves every waiting caller, so it does not end with the first one's cancellation.
    private Task<T> UseAsync<T>(KeyRecord key, KeyVersion version, Func<KeyMaterial, T> use) =>
        open.UseAsync((key.Id, version.Version), () => tpm.OpenAsync(key, version), use);

    private static ReadOnlySpan<byte> Symmetric(KeyRecord key, KeyMaterial material) =>
        material is SymmetricMaterial symmetric ? symmetric.Span : throw Unfit(key);

    private static byte[] Context(KeyVersion version, ReadOnlySpan<byte> aad) =>
        GcmBox.Context(Label, version.KeyId, version.Version, aad);

    private static InvalidOperationException Unfit(KeyRecord key) => new($"a key of type {key.Type} does not do this");
}
