using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyDuplicationSelect (TPM 2.0 Part 3, 23.15): duplication to this parent only.</summary>
/// <param name="includeObject">Whether the object's name enters the digest too.</param>
public sealed class PolicyDuplicationSelect(
    TpmHandle session, TpmName newObject, TpmName newParent, bool includeObject) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyDuplicationSelect, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(newObject.Bytes.Span);
        writer.WriteSized(newParent.Bytes.Span);
        writer.WriteYesNo(includeObject);
    }
}
