using System.Security.Cryptography;
using KeyBroker.Attestation.KeyAttestations;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>Key versions as TPM objects: how they are made, and what they do inside the TPM.</summary>
internal sealed class TpmKeys(TpmWorker worker, StorageKeys storage, RootKeys root, string home)
{
    private const string Label = "keybroker-key-material-v1";

    /// <summary>The name of this TPM's storage root key, hex: the home of local keys.</summary>
    public string Home { get; } = home;

    public Task<MadeKey> CreateAsync(KeyRecord key, int version, CancellationToken cancellation) =>
        key.Protection == KeyTypes.Sealed
            ? CreateSealedAsync(key, version, cancellation)
            : CreateInTpmAsync(key, version, cancellation);

    /// <summary>The signature as JOSE writes it.</summary>
    /// <exception cref="TpmUnavailableException">Also where the version's home is another TPM.</exception>
    public Task<byte[]> SignAsync(
        KeyRecord key, KeyVersion version, SignatureAlgorithm algorithm, ReadOnlyMemory<byte> digest, CancellationToken cancellation)
    {
        var (stored, auth) = Open(key, version);
        var scheme = new SignatureScheme(algorithm.Scheme, algorithm.Hash);
        return worker.RunAsync(scope => ToJose(scope.Sign(stored, auth, digest, scheme), stored), cancellation);
    }

    /// <summary>HMAC with SHA-256.</summary>
    /// <exception cref="TpmUnavailableException">Also where the version's home is another TPM.</exception>
    public Task<byte[]> MacAsync(
        KeyRecord key, KeyVersion version, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        var (stored, auth) = Open(key, version);
        return worker.RunAsync(scope => scope.Mac(stored, auth, message), cancellation);
    }

    /// <summary>RSA-OAEP-256; null for everything that is not a ciphertext to this key.</summary>
    /// <exception cref="TpmUnavailableException">Also where the version's home is another TPM.</exception>
    public Task<byte[]?> DecryptAsync(
        KeyRecord key, KeyVersion version, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellation)
    {
        var (stored, auth) = Open(key, version);
        return worker.RunAsync(scope => scope.RsaDecrypt(stored, auth, ciphertext), cancellation);
    }

    /// <summary>The x coordinate of the point that the version shares with another, as wide as the curve.</summary>
    /// <param name="peer">On the version's curve.</param>
    /// <exception cref="TpmUnavailableException">Also where the version's home is another TPM.</exception>
    public Task<SecretBytes> AgreeAsync(KeyRecord key, KeyVersion version, ECPoint peer, CancellationToken cancellation)
    {
        var (stored, auth) = Open(key, version);
        return worker.RunAsync(scope => scope.Agree(stored, auth, new EccPoint(peer.X, peer.Y)), cancellation);
    }

    /// <summary>Opens a version of a sealed key.</summary>
    public async Task<KeyMaterial> OpenAsync(KeyRecord key, KeyVersion version)
    {
        var (stored, auth) = Open(key, version);
        var unsealed = await worker.RunAsync(scope => scope.Unseal(stored, auth), CancellationToken.None);
        return KeyMaterial.Open(KeyTypes.Of(key), Envelope.Open(unsealed, version.Wrapped, Binding(key.Id, version.Version)));
    }

    /// <summary>Nothing of a version stays in the TPM.</summary>
    public Task ForgetAsync(KeyRecord key, KeyVersion version)
    {
        var stored = new StoredKey(version.Object, storage.Of(ResidenceOf(key)));
        return worker.RunAsync(
            scope =>
            {
                scope.Forget(stored);
                return true;
            },
            CancellationToken.None, TpmPriority.Bulk);
    }

    /// <summary>What the broker's attestation key says of a version: that it is in this TPM, and that it was made there.</summary>
    /// <exception cref="TpmUnavailableException">Also where the version's home is another TPM.</exception>
    public Task<(AttestedResponse Certify, AttestedResponse Creation)> CertifyAsync(
        KeyRecord key, KeyVersion version, ReadOnlyMemory<byte> qualifyingData, CancellationToken cancellation)
    {
        var (stored, auth) = Open(key, version);
        return worker.RunAsync(
            scope => scope.Certify(VaultTemplates.BrokerAttestationKey, stored, auth, qualifyingData), cancellation, TpmPriority.Bulk);
    }

    private static byte[] ToJose(TpmSignature signature, StoredKey key) => key.Area.Parameters is EccPublicParameters ec
        ? signature.ToJose(ec.Curve)
        : signature.Rsa.ToArray();

    private static byte[] Binding(string keyId, int version) => GcmBox.Context(Label, keyId, version, []);

    private async Task<MadeKey> CreateInTpmAsync(KeyRecord key, int version, CancellationToken cancellation)
    {
        var residence = ResidenceOf(key);
        var wanted = new NewObject(KeyTemplates.Of(KeyTypes.Of(key), key.Operations, residence))
        {
            Auth = root.KeyAuth(key.Id, version),
            OutsideInfo = KeyStatement.Origin(key.Name, version),
        };
        var made = await worker.RunAsync(
            scope => scope.Create(storage.Of(residence), wanted), cancellation, PriorityOf(key));
        var area = TpmPublic.ParseSized(made.Public);
        using var publicKey = KeyTypes.Of(key).IsSymmetric ? null : area.ToKey();
        return new MadeKey(made, null, publicKey is null ? null : PublicJwks.Of(publicKey));
    }

    private async Task<MadeKey> CreateSealedAsync(KeyRecord key, int version, CancellationToken cancellation)
    {
        var residence = ResidenceOf(key);

        // Primes are looked for off the TPM and off the caller's thread.
        using var material = await Task.Run(() => KeyMaterial.Generate(KeyTypes.Of(key)), cancellation);
        using var content = material.Export();
        using var envelope = Envelope.Close(content.Span, Binding(key.Id, version));
        var made = await worker.RunAsync(
            scope => scope.Create(storage.Of(residence), new NewObject(VaultTemplates.SealedData(residence))
            {
                Auth = root.KeyAuth(key.Id, version),
                Data = envelope.Sealable.Span.ToArray(),
                OutsideInfo = KeyStatement.Origin(key.Name, version),
            }),
            cancellation);
        return new MadeKey(made, envelope.Wrapped, material.PublicJwk);
    }

    /// <summary>A TPM looks for primes for seconds; nobody else's work is to wait behind more than one such search.</summary>
    private static TpmPriority PriorityOf(KeyRecord key) =>
        KeyTypes.Of(key).Family == KeyFamily.Rsa ? TpmPriority.Long : TpmPriority.Interactive;

    private (StoredKey Key, byte[] Auth) Open(KeyRecord key, KeyVersion version)
    {
        if (version.Home.Length > 0 && version.Home != Home)
        {
            throw new TpmUnavailableException($"this key lives in the TPM {version.Home}");
        }

        return (new StoredKey(version.Object, storage.Of(ResidenceOf(key))), root.KeyAuth(version.KeyId, version.Version));
    }

    private static Residence ResidenceOf(KeyRecord key) => ResidenceNames.Find(key.Residence)
        ?? throw new InvalidOperationException($"a key of the unknown residence {key.Residence}");
}
