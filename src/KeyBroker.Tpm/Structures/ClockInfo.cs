namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_CLOCK_INFO (Part 2, 10.11.1): where in its life a TPM was.</summary>
public sealed record ClockInfo(ulong Clock, uint ResetCount, uint RestartCount, bool Safe)
{
    public static ClockInfo Read(ref TpmReader reader) =>
        new(reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadYesNo());

    public void Write(TpmWriter writer)
    {
        writer.WriteUInt64(Clock);
        writer.WriteUInt32(ResetCount);
        writer.WriteUInt32(RestartCount);
        writer.WriteYesNo(Safe);
    }
}
