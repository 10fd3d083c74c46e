using System.Security.Cryptography;
using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>Encryption, key wrapping and what brings either under the newest version.</summary>
internal sealed class Ciphers(CipherBodies bodies)
{
    public const int LongestPlaintext = CipherBodies.LongestPlaintext;

    /// <summary>Encrypts under the primary version.</summary>
    /// <param name="aad">Null for none; RSA takes none.</param>
    /// <exception cref="DeniedException">operation-unsupported, too-large, key-state, destroyed.</exception>
    public Task<string> EncryptAsync(KeyRecord key, byte[] plaintext, byte[]? aad, CancellationToken cancellation) =>
        SealAsync(key, KeyChoice.Of(key, "encrypt", null), new OpenedBody(CipherPurpose.Data, plaintext), aad, cancellation);

    /// <summary>Decrypts with the version that the ciphertext names; the caller wipes what comes back.</summary>
    /// <exception cref="DeniedException">
    /// operation-unsupported, key-state, destroyed; ciphertext-invalid, the same for everything that can be wrong with one.
    /// </exception>
    public async Task<byte[]> DecryptAsync(KeyRecord key, string ciphertext, byte[]? aad, CancellationToken cancellation) =>
        (await OpenAsync(key, ("decrypt", CipherPurpose.Data), ciphertext, aad, cancellation)).Content;

    /// <summary>As <see cref="EncryptAsync"/>, for a key: decrypt does not open it.</summary>
    /// <exception cref="DeniedException">As <see cref="EncryptAsync"/>; request-malformed for no bytes.</exception>
    public Task<string> WrapAsync(KeyRecord key, byte[] content, byte[]? aad, CancellationToken cancellation) =>
        content.Length == 0
            ? throw DeniedException.Malformed("a key has at least one byte", "key")
            : SealAsync(key, KeyChoice.Of(key, "wrap", null), new OpenedBody(CipherPurpose.Key, content), aad, cancellation);

    /// <summary>As <see cref="DecryptAsync"/>, for what <see cref="WrapAsync"/> or <see cref="MakeDataKeyAsync"/> gave.</summary>
    /// <exception cref="DeniedException">As <see cref="DecryptAsync"/>.</exception>
    public async Task<byte[]> UnwrapAsync(KeyRecord key, string wrapped, byte[]? aad, CancellationToken cancellation) =>
        (await OpenAsync(key, ("unwrap", CipherPurpose.Key), wrapped, aad, cancellation)).Content;

    /// <summary>A fresh key, and the same wrapped under the primary version; the caller wipes it.</summary>
    /// <exception cref="DeniedException">As <see cref="WrapAsync"/>.</exception>
    public async Task<DataKey> MakeDataKeyAsync(KeyRecord key, int length, byte[]? aad, CancellationToken cancellation)
    {
        var version = KeyChoice.Of(key, "data-key", null);
        var made = RandomNumberGenerator.GetBytes(length);
        var wrapped = await SealAsync(key, version, new OpenedBody(CipherPurpose.Key, made), aad, cancellation);
        return new DataKey(made, wrapped);
    }

    /// <summary>The same content under the primary version; it stays what it was, a plaintext or a key.</summary>
    /// <exception cref="DeniedException">As <see cref="DecryptAsync"/> of the one and <see cref="EncryptAsync"/> of the other.</exception>
    public async Task<string> RewrapAsync(KeyRecord key, string ciphertext, byte[]? aad, CancellationToken cancellation)
    {
        var opened = await OpenAsync(key, ("rewrap", null), ciphertext, aad, cancellation);
        try
        {
            KeyLifeCycle.Check(key, key.Primary, "encrypt");
            return await SealAsync(key, key.Primary, opened, aad, cancellation);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened.Content);
        }
    }

    private async Task<string> SealAsync(
        KeyRecord key, KeyVersion version, OpenedBody opened, byte[]? aad, CancellationToken cancellation) =>
        new Ciphertext(version.Version, await bodies.SealAsync(key, version, opened, aad, cancellation)).ToString();

    private async Task<OpenedBody> OpenAsync(
        KeyRecord key, (string Verb, CipherPurpose? Purpose) wanted, string ciphertext, byte[]? aad, CancellationToken cancellation)
    {
        KeyChoice.RequireOperation(key, wanted.Verb);
        CipherBodies.RefuseAadOfRsa(key, aad);
        var parsed = Ciphertext.Parse(ciphertext);
        var version = key.Version(parsed.Version) ?? throw Ciphertext.Invalid();
        KeyLifeCycle.Check(key, version, wanted.Verb);
        return await bodies.OpenAsync(key, version, new SealedBody(parsed.Body, aad), wanted.Purpose, cancellation)
            ?? throw Ciphertext.Invalid();
    }
}
