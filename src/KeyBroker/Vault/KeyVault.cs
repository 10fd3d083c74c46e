using System.Security.Cryptography;

using KeyBroker.Attestation;
using KeyBroker.Storage;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>Keys: made in the TPM or sealed by it, used by version, rotated.</summary>
internal sealed class KeyVault(KeyStore store, KeyMaker maker, TpmKeys tpm, SealedKeys sealedKeys)
{
    public const string Es256 = "ES256";
    public const int LongestPlaintext = 64 * 1024;

    private readonly ReadyKeys _ready = new();

    /// <exception cref="StoreIntegrityException">A row of this key was edited or exchanged.</exception>
    public KeyRecord? Find(string name) => store.Find(name);

    public IReadOnlyList<Listed<KeyRecord>> List(string? after, int limit) => store.List(after, limit);

    /// <summary>Makes a key's first version; the key exists once the commit ran.</summary>
    /// <exception cref="DeniedException">operation-unsupported, exists.</exception>
    public Task<Prepared<KeyRecord>> PrepareAsync(KeySpec spec, CancellationToken cancellation) =>
        maker.CreateAsync(spec, cancellation);

    /// <summary>Makes the next version; it is the primary one once the commit ran.</summary>
    /// <exception cref="DeniedException">not-found, key-state, destroyed.</exception>
    public Task<Prepared<KeyRecord>> PrepareRotationAsync(string name, CancellationToken cancellation) =>
        maker.RotateAsync(name, cancellation);

    /// <summary>ES256 over a SHA-256 digest: r‖s, found good under the version's public key before it leaves.</summary>
    /// <exception cref="DeniedException">operation-unsupported, key-state, destroyed, not-found.</exception>
    public async Task<byte[]> SignAsync(
        KeyRecord key, string alg, ReadOnlyMemory<byte> digest, int? version, CancellationToken cancellation)
    {
        RequireSigning(key, "sign", alg, digest.Length);
        var chosen = Choose(key, "sign", version);
        var signature = await tpm.SignAsync(key, chosen, digest, cancellation);

        // K11. What the TPM, or something between us and it, calls a signature is one.
        return _ready.Of(chosen).VerifyHash(digest.Span, signature)
            ? signature
            : throw new TpmResultException("the TPM returned a signature that its own key does not verify");
    }

    public bool Verify(
        KeyRecord key, string alg, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int? version)
    {
        RequireSigning(key, "verify", alg, digest.Length);
        return _ready.Of(Choose(key, "verify", version)).VerifyHash(digest, signature);
    }

    /// <summary>A256GCM under the primary version.</summary>
    public async Task<string> EncryptAsync(
        KeyRecord key, ReadOnlyMemory<byte> plaintext, ReadOnlyMemory<byte> aad, CancellationToken cancellation)
    {
        Require(key, "encrypt", KeyTypes.Aes256);
        if (plaintext.Length > LongestPlaintext)
        {
            throw new DeniedException(ProblemCodes.TooLarge, "a plaintext is at most 64 KiB");
        }

        var chosen = Choose(key, "encrypt", null);
        var box = await sealedKeys.EncryptAsync(key, chosen, plaintext, aad).WaitAsync(cancellation);
        return new Ciphertext(chosen.Version, box).ToString();
    }

    /// <exception cref="DeniedException">ciphertext-invalid, the same for everything that can be wrong.</exception>
    public async Task<byte[]> DecryptAsync(
        KeyRecord key, string ciphertext, ReadOnlyMemory<byte> aad, CancellationToken cancellation)
    {
        Require(key, "decrypt", KeyTypes.Aes256);
        var parsed = Ciphertext.Parse(ciphertext);
        var version = key.Version(parsed.Version) ?? throw Ciphertext.Invalid();
        KeyLifeCycle.Check(key, version, "decrypt");
        return await sealedKeys.DecryptAsync(key, version, parsed.Body, aad).WaitAsync(cancellation)
            ?? throw Ciphertext.Invalid();
    }

    private static void RequireSigning(KeyRecord key, string operation, string alg, int digestLength)
    {
        Require(key, operation, KeyTypes.EcP256);
        if (alg != Es256)
        {
            throw new DeniedException(ProblemCodes.OperationUnsupported, $"an {key.Type} key signs ES256");
        }

        if (digestLength != SHA256.HashSizeInBytes)
        {
            throw DeniedException.Malformed("an ES256 digest is 32 bytes", "digest");
        }
    }

    private static void Require(KeyRecord key, string operation, string type)
    {
        if (key.Type != type || !key.Operations.Contains(operation, StringComparer.Ordinal))
        {
            throw new DeniedException(ProblemCodes.OperationUnsupported, $"this key is not made to {operation}");
        }
    }

    private static KeyVersion Choose(KeyRecord key, string verb, int? number)
    {
        var version = key.Version(number ?? key.PrimaryVersion)
            ?? throw new DeniedException(ProblemCodes.NotFound, "no such version");
        KeyLifeCycle.Check(key, version, verb);
        return version;
    }
}
