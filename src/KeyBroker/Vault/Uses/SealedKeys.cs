using System.Security.Cryptography;

namespace KeyBroker.Vault;

/// <summary>Uses of keys that only the TPM can open at rest: opened once, then used at memory speed.</summary>
internal sealed class SealedKeys(OpenKeys open, TpmKeys tpm, KeyUses uses)
{
    private const string DataLabel = "keybroker-a256gcm-v1";
    private const string KeyLabel = "keybroker-a256gcm-wrap-v1";
    private static readonly CipherPurpose[] s_purposes = [CipherPurpose.Data, CipherPurpose.Key];

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
    public async Task<byte[]> EncryptAsync(KeyRecord key, KeyVersion version, OpenedBody opened, ReadOnlyMemory<byte> aad)
    {
        await uses.CountAsync(key, version); // LIF-10: nonces are random, so encryptions are counted.
        return await UseAsync(key, version, material =>
            GcmBox.Seal(Symmetric(key, material), opened.Content, Context(opened.Purpose, version, aad.Span)));
    }

    /// <summary>Null where the box is not one of this version, aad and purpose.</summary>
    /// <param name="purpose">Null for any.</param>
    public Task<OpenedBody?> DecryptAsync(KeyRecord key, KeyVersion version, SealedBody box, CipherPurpose? purpose) =>
        UseAsync(key, version, material => Purposes(purpose)
            .Select(tried => Open(Symmetric(key, material), box, tried, version))
            .FirstOrDefault(opened => opened is not null));

    /// <summary>RSA-OAEP-256; null for everything that is not a ciphertext to this version.</summary>
    public Task<byte[]?> RsaDecryptAsync(KeyRecord key, KeyVersion version, ReadOnlyMemory<byte> ciphertext) =>
        UseAsync(key, version, material =>
            material is RsaMaterial rsa ? rsa.Decrypt(ciphertext.Span) : throw Unfit(key));

    /// <summary>The x coordinate of the shared point, as wide as the curve.</summary>
    /// <param name="peer">On the version's curve.</param>
    public Task<SecretBytes> AgreeAsync(KeyRecord key, KeyVersion version, ECParameters peer) =>
        UseAsync(key, version, material => material is EcMaterial ec ? ec.Agree(peer) : throw Unfit(key));

    public Task<SecretBytes> PrivateJwkAsync(KeyRecord key, KeyVersion version, string kid) =>
        UseAsync(key, version, material => PrivateJwks.Of(material, kid));

    // One opening serves every waiting caller, so it does not end with the first one's cancellation.
    private Task<T> UseAsync<T>(KeyRecord key, KeyVersion version, Func<KeyMaterial, T> use) =>
        open.UseAsync((key.Id, version.Version), () => tpm.OpenAsync(key, version), use);

    private static ReadOnlySpan<byte> Symmetric(KeyRecord key, KeyMaterial material) =>
        material is SymmetricMaterial symmetric ? symmetric.Span : throw Unfit(key);

    private static CipherPurpose[] Purposes(CipherPurpose? only) => only is { } one ? [one] : s_purposes;

    private static OpenedBody? Open(ReadOnlySpan<byte> key, SealedBody box, CipherPurpose purpose, KeyVersion version) =>
        GcmBox.Open(key, box.Bytes, Context(purpose, version, box.Aad)) is { } content ? new(purpose, content) : null;

    private static byte[] Context(CipherPurpose purpose, KeyVersion version, ReadOnlySpan<byte> aad) =>
        GcmBox.Context(purpose == CipherPurpose.Key ? KeyLabel : DataLabel, version.KeyId, version.Version, aad);

    private static InvalidOperationException Unfit(KeyRecord key) => new($"a key of type {key.Type} does not do this");
}
