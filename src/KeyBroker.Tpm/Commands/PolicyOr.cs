using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicyOR (TPM 2.0 Part 3, 23.6): two to eight branches.</summary>
public sealed class PolicyOr(TpmHandle session, IReadOnlyList<byte[]> branches) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicyOr);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(TpmObject.Of(session));

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteUInt32((uint)branches.Count);
        foreach (var branch in branches)
        {
            writer.WriteSized(branch);
        }
    }
}
