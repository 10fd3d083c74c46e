using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_Clear (TPM 2.0 Part 3, 24.6): a new owner.</summary>
public sealed class Clear(AuthorizedHandle hierarchy) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.Clear, AuthHandles: 1);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(hierarchy);

    // The lockout authorization is empty by the time the response is made.
    protected internal override ReadOnlyMemory<byte>? AuthValueAfterwards =>
        hierarchy.Target.Handle == TpmHandle.Lockout ? ReadOnlyMemory<byte>.Empty : null;
}
