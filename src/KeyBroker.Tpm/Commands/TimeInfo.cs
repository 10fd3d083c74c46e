using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPMS_TIME_INFO (TPM 2.0 Part 2, 10.11.6).</summary>
/// <param name="Time">Milliseconds since the TPM was powered.</param>
public sealed record TimeInfo(ulong Time, ClockInfo Clock);
