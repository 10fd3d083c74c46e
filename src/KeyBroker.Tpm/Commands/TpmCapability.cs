namespace KeyBroker.Tpm.Commands;

/// <summary>TPM_CAP (TPM 2.0 Part 2, 6.12).</summary>
public enum TpmCapability : uint
{
    Algorithms = 0,
    Handles = 1,
    Commands = 2,
    PcrBanks = 5,
    Properties = 6,
    PcrProperties = 7,
    EccCurves = 8,
}
