using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_ReadPublic (TPM 2.0 Part 3, 12.4).</summary>
public sealed class ReadPublic : TpmCommand<ReadPublicResponse>
{
    private readonly TpmObject _target;
    private readonly bool _isKnown;

    /// <summary>Asks what a handle stands for: nothing but the name that comes back says whether it is to be believed.</summary>
    public ReadPublic(TpmHandle target) => _target = TpmObject.Of(target);

    /// <summary>Asks for the public area of an object whose name is known; only so can a session go along.</summary>
    public ReadPublic(TpmObject target) => (_target, _isKnown) = (target, true);

    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.ReadPublic, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(_target);

    protected internal override ReadPublicResponse ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        var area = TpmPublic.ReadSized(ref reader);
        var name = new TpmName(reader.ReadSized(Attest.MaxName).ToArray());
        var qualified = new TpmName(reader.ReadSized(Attest.MaxName).ToArray());
        var found = LoadedObject.CheckName(_target.Handle, name, area);
        return !_isKnown || found == _target
            ? new(found, area, qualified)
            : throw new TpmFormatException("the TPM described an object other than the one asked for");
    }
}
