using System.Security.Cryptography;
using System.Text;

using KeyBroker.Storage;
using KeyBroker.Tpm.Structures;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>Seals small secrets under a storage key, each bound to a context without which it does not open.</summary>
internal sealed class Sealer(TpmWorker worker, StorageKeys keys, RootKeys root)
{
    private static readonly byte[] s_origin = "keybroker-seal-v1"u8.ToArray();

    /// <param name="context">Says what the secret is; only the same context opens it again.</param>
    public Task<SealedObject> SealAsync(
        SecretBytes secret, string context, Residence residence, CancellationToken cancellation) =>
        worker.RunAsync(
            scope => scope.Create(keys.Of(residence), new NewObject(VaultTemplates.SealedData(residence))
            {
                Auth = root.SealAuth(context),
                Data = secret.Span.ToArray(),
                OutsideInfo = SHA256.HashData([.. s_origin, .. Encoding.UTF8.GetBytes(context)]),
            }),
            cancellation);

    public async Task<SealedObject> SealAsync(byte[] secret, string context, Residence residence)
    {
        using var copy = SecretBytes.Copy(secret);
        return await SealAsync(copy, context, residence, CancellationToken.None);
    }

    /// <exception cref="StoreIntegrityException">Not what was sealed in this context.</exception>
    public Task<SecretBytes> UnsealAsync(
        SealedObject sealedObject, string context, Residence residence, CancellationToken cancellation) =>
        worker.RunAsync(
            scope => scope.Unseal(new StoredKey(sealedObject, keys.Of(residence)), root.SealAuth(context)),
            cancellation);

    public Task<SecretBytes> UnsealAsync(SealedObject sealedObject, string context, CancellationToken cancellation) =>
        UnsealAsync(sealedObject, context, ResidenceOf(sealedObject), cancellation);

    private static Residence ResidenceOf(SealedObject sealedObject) =>
        TpmPublic.ParseSized(sealedObject.Public).Attributes.HasFlag(ObjectAttributes.FixedTpm)
            ? Residence.Local
            : Residence.Fleet;
}
