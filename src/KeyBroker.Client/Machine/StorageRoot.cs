using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using Device = KeyBroker.Tpm.Tpm;

namespace KeyBroker.Client;

/// <summary>The storage root key, in the TPM for as long as this is kept: the same one after every boot, until the TPM is cleared.</summary>
internal sealed class StorageRoot : IDisposable
{
    private readonly Device _tpm;

    private StorageRoot(Device tpm, TpmObject root, TpmPublic area) => (_tpm, Object, Public) = (tpm, root, area);

    public TpmObject Object { get; }

    public TpmPublic Public { get; }

    public static StorageRoot Make(Device tpm)
    {
        var made = tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), Templates.StorageRootKeyEcc));
        return new StorageRoot(tpm, made.Object, made.Public);
    }

    public TpmObject Load(WrappedKey key) =>
        _tpm.Execute(new Load(Object.WithPassword(), key.Private, TpmPublic.ParseSized(key.Public)));

    public WrappedKey Create(TpmPublic template)
    {
        var made = _tpm.Execute(new Create(Object.WithPassword(), template));
        return new WrappedKey(made.Public.ToSizedBytes(), made.Private);
    }

    /// <summary>A session that hides from the bus what comes out of the TPM.</summary>
    public HmacSession StartSession() => HmacSession.StartSalted(_tpm, Object, Public);

    /// <summary>As <see cref="StartSession"/>, for what a policy guards.</summary>
    public PolicySession StartPolicySession() => PolicySession.StartSalted(_tpm, Object, Public);

    public void Dispose() => _tpm.Execute(new FlushContext(Object.Handle));
}
