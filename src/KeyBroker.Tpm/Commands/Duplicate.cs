using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Duplicate (TPM 2.0 Part 3, 13.1): an object wrapped for another parent.</summary>
/// <param name="target">With a policy session: duplication is never authorized otherwise.</param>
/// <param name="newParent">The null object for none, which is for objects that allow it.</param>
public sealed class Duplicate(
    AuthorizedHandle target,
    TpmObject newParent,
    InnerWrapper? inner = null) : TpmCommand<DuplicateResponse>
{
    private readonly InnerWrapper _inner = inner ?? InnerWrapper.None;

    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Duplicate, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(target);
        handles.Add(newParent);
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(_inner.Key.Span);
        _inner.Symmetric.Write(writer);
    }

    // A key that the TPM was to choose comes back; one that it was given does not.
    protected internal override DuplicateResponse ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        var chosen = reader.ReadSized(HashAlgorithms.MaxSize).ToArray();
        var isExpected = _inner.Symmetric.Algorithm != TpmAlgorithm.Null && _inner.Key.IsEmpty;
        return chosen.Length == (isExpected ? _inner.Symmetric.KeyBits / 8 : 0)
            ? new(isExpected ? _inner with { Key = chosen } : _inner, DuplicatedObject.Read(ref reader))
            : throw new TpmFormatException("an inner key that was not asked for");
    }
}
