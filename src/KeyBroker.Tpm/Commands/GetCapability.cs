using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_GetCapability (TPM 2.0 Part 3, 30.2).</summary>
public sealed class GetCapability(TpmCapability capability, uint property, int count) : TpmCommand<CapabilityResponse>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.GetCapability);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteUInt32((uint)capability);
        writer.WriteUInt32(property);
        writer.WriteUInt32(checked((uint)count));
    }

    protected internal override CapabilityResponse ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        var hasMore = reader.ReadYesNo();
        var returned = (TpmCapability)reader.ReadUInt32();
        return returned == capability
            ? new(hasMore, returned, reader.ReadRest().ToArray())
            : throw new TpmFormatException("a capability that was not asked for");
    }
}
