using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_ReadClock (TPM 2.0 Part 3, 29.1).</summary>
public sealed class ReadClock() : TpmCommand<TimeInfo>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.ReadClock);

    protected internal override TimeInfo ReadResponse(TpmHandle handle, ref TpmReader reader) =>
        new(reader.ReadUInt64(), ClockInfo.Read(ref reader));
}
