namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_TIME_ATTEST_INFO (Part 2, 10.12.2): what a TPM's clocks said.</summary>
/// <param name="Time">Milliseconds since the TPM was powered.</param>
public sealed record TimeAttestInfo(ulong Time, ClockInfo Clock, ulong FirmwareVersion)
{
    public static TimeAttestInfo Read(ref TpmReader reader) =>
        new(reader.ReadUInt64(), ClockInfo.Read(ref reader), reader.ReadUInt64());
}
