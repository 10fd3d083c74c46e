namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_CLOCK_INFO (Part 2, 10.11.1): where in its life a TPM was.</summary>
public sealed record ClockInfo(ulong Clock, uint ResetCount, uint RestartCount, bool Safe)
{
    public static ClockInfo Read(ref TpmReader reader) =>
        new(reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadUInt32(), ReadYesNo(ref reader));

    public void Write(TpmWriter writer)
    {
        writer.WriteUInt64(Clock);
        writer.WriteUInt32(ResetCount);
        writer.WriteUInt32(RestartCount);
        writer.WriteByte(Safe ? (byte)1 : (byte)0);
    }

    // TPMI_YES_NO (Part 2, 9.2): nothing but 0 and 1.
    private static bool ReadYesNo(ref TpmReader reader) => reader.ReadByte() switch
    {
        0 => false,
        1 => true,
        var other => throw new TpmFormatException($"{other} is neither yes nor no"),
    };
}
