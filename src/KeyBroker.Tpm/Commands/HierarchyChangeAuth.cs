using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_HierarchyChangeAuth (TPM 2.0 Part 3, 24.8): a hierarchy's new authorization value.</summary>
public sealed class HierarchyChangeAuth(AuthorizedHandle hierarchy, ReadOnlyMemory<byte> newAuth) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.HierarchyChangeAuth, AuthHandles: 1, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(hierarchy);

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteSized(newAuth.Span);

    // The response is proven with the value that is in force by then.
    protected internal override ReadOnlyMemory<byte>? AuthValueAfterwards => newAuth;
}
