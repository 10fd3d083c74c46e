using System.Security.Cryptography;

using KeyBroker.Storage;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Vault;

/// <summary>The key that signs the policies by which the fleet storage key may move; it travels with the root.</summary>
internal sealed class FleetAuthority : IDisposable
{
    private static readonly byte[] s_context = "keybroker-fleet-authority-v1"u8.ToArray();
    private readonly ECDsa _key;

    private FleetAuthority(ECDsa key)
    {
        _key = key;
        Area = VaultTemplates.Authority(key.ExportParameters(includePrivateParameters: false));
    }

    public TpmPublic Area { get; }

    public static FleetAuthority Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="StoreIntegrityException">Not the authority that the fleet key names.</exception>
    public static FleetAuthority Open(RootKeys root, byte[] encrypted, TpmPublic area)
    {
        var bytes = GcmBox.Open(WrappingKey(root), encrypted, s_context)
            ?? throw new StoreIntegrityException("the fleet authority does not open");
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(bytes, out _);
        CryptographicOperations.ZeroMemory(bytes);
        var authority = new FleetAuthority(key);
        return authority.Area == area
            ? authority
            : throw new StoreIntegrityException("the fleet authority is another one");
    }

    public byte[] Encrypt(RootKeys root)
    {
        var bytes = _key.ExportPkcs8PrivateKey();
        try
        {
            return GcmBox.Seal(WrappingKey(root), bytes, s_context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public void Dispose() => _key.Dispose();

    private static byte[] WrappingKey(RootKeys root) => root.Derive("fleet-authority", 32);
}
