using KeyBroker.Testing;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests;

/// <summary>A test with a fresh TPM.</summary>
public abstract class OnSwtpm : IAsyncLifetime
{
    private protected static readonly PcrSelection Pcr16 = PcrSelection.Of(TpmAlgorithm.Sha256, 16);

    private Swtpm? _swtpm;
    private SwtpmDevice? _device;

    private protected Swtpm Swtpm => _swtpm ?? throw new InvalidOperationException("this TPM is behind a device");

    private protected Tpm Tpm { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (IsBehindDevice)
        {
            _device = SwtpmDevice.Start();
            Tpm = new Tpm(Wrap(_device.OpenTransport()));
        }
        else
        {
            _swtpm = await Swtpm.StartAsync();
            Tpm = new Tpm(Wrap(Swtpm.OpenTransport()));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Tpm.Dispose();
        await (_swtpm?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_device?.DisposeAsync() ?? ValueTask.CompletedTask);
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether the TPM is a character device, and not a socket.</summary>
    private protected virtual bool IsBehindDevice => false;

    /// <summary>Puts something between the test and its TPM.</summary>
    private protected virtual ITpmTransport Wrap(ITpmTransport transport) => transport;

    private protected CreatePrimaryResponse CreateStorageRoot() => CreatePrimary(Templates.StorageRootKeyEcc);

    private protected CreatePrimaryResponse CreatePrimary(TpmPublic template) =>
        Tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), template));

    private protected void Flush(TpmObject target) => Tpm.Execute(new FlushContext(target.Handle));

    /// <summary>Creates an attestation key, with fewer attributes, below a storage root that it flushes.</summary>
    private protected (TpmObject Object, CreateResponse Made) LoadAttestationKey(
        ObjectAttributes without = ObjectAttributes.None)
    {
        var template = Templates.AttestationKeyEccP256;
        return LoadChild(template with { Attributes = template.Attributes & ~without }, Sensitive.Empty);
    }

    private protected (TpmObject Object, CreateResponse Made) LoadSealed(
        byte[] data, byte[] authValue, byte[]? policy = null) =>
        LoadChild(SealedTemplate(policy), new Sensitive(authValue, data));

    private protected static TpmPublic SealedTemplate(byte[]? policy) => new()
    {
        Type = TpmAlgorithm.KeyedHash,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent | ObjectAttributes.NoDa
            | (policy is null ? ObjectAttributes.UserWithAuth : ObjectAttributes.None),
        AuthPolicy = policy,
        Parameters = KeyedHashParameters.Null,
        Unique = new DigestUnique(default),
    };

    private (TpmObject Object, CreateResponse Made) LoadChild(TpmPublic template, Sensitive sensitive)
    {
        var root = CreateStorageRoot().Object;
        var made = Tpm.Execute(new Create(root.WithPassword(), template, sensitive));
        var loaded = Tpm.Execute(new Load(root.WithPassword(), made.Private, made.Public));
        Flush(root);
        return (loaded, made);
    }
}
