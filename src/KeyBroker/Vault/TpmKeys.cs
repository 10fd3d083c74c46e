using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

using KeyBroker.Tpm.Structures;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>Key versions as TPM objects: how they are made, and what they do inside the TPM.</summary>
internal sealed class TpmKeys(TpmWorker worker, StorageKeys storage, RootKeys root, string home)
{
    public const int SymmetricKeyLength = 32;

    /// <summary>The name of this TPM's storage root key, hex: the home of local keys.</summary>
    public string Home { get; } = home;

    public async Task<SealedObject> CreateAsync(KeyRecord key, int version, CancellationToken cancellation)
    {
        var residence = ResidenceOf(key);
        var sealing = key.Protection == KeyTypes.Sealed;
        using var secret = SecretBytes.Random(SymmetricKeyLength);
        return await worker.RunAsync(
            scope => scope.Create(
                storage.Of(residence),
                new NewObject(sealing
                    ? VaultTemplates.SealedData(residence)
                    : VaultTemplates.SigningKeyP256(residence))
                {
                    Auth = root.KeyAuth(key.Id, version),
                    Data = sealing ? secret.Span.ToArray() : [],
                    OutsideInfo = Origin(key.Name, version),
                }),
            cancellation);
    }

    /// <summary>ECDSA over the digest, r‖s.</summary>
    /// <exception cref="TpmUnavailableException">Also where the version's home is another TPM.</exception>
    public Task<byte[]> SignAsync(
        KeyRecord key, KeyVersion version, ReadOnlyMemory<byte> digest, CancellationToken cancellation)
    {
        RequireHome(version);
        var stored = Stored(key, version);
        var auth = root.KeyAuth(version.KeyId, version.Version);
        return worker.RunAsync(
            scope => scope.Sign(stored, auth, digest).ToJose(TpmEccCurve.NistP256), cancellation);
    }

    /// <summary>Opens a version of a sealed key.</summary>
    public Task<SecretBytes> OpenAsync(KeyRecord key, KeyVersion version)
    {
        RequireHome(version);
        var stored = Stored(key, version);
        var auth = root.KeyAuth(version.KeyId, version.Version);
        return worker.RunAsync(scope => scope.Unseal(stored, auth), CancellationToken.None);
    }

    /// <summary>
    /// What creationData carries as outsideInfo: SHA-256 of "keybroker-key-v1", the name in UTF-8, and the version as
    /// four bytes, big-endian. The fixed width of the end keeps two (name, version) pairs from spelling the same bytes.
    /// </summary>
    public static byte[] Origin(string name, int version)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, version);
        return SHA256.HashData([.. "keybroker-key-v1"u8, .. Encoding.UTF8.GetBytes(name), .. number]);
    }

    private StoredKey Stored(KeyRecord key, KeyVersion version) =>
        new(version.Object, storage.Of(ResidenceOf(key)));

    private void RequireHome(KeyVersion version)
    {
        if (version.Home.Length > 0 && version.Home != Home)
        {
            throw new TpmUnavailableException($"this key lives in the TPM {version.Home}");
        }
    }

    private static Residence ResidenceOf(KeyRecord key) => ResidenceNames.Find(key.Residence)
        ?? throw new InvalidOperationException($"a key of the unknown residence {key.Residence}");
}
