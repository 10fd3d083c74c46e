namespace KeyBroker.Tpm.Structures;

/// <summary>TPM_EO (TPM 2.0 Part 2, 6.8): how what the TPM holds compares with an operand.</summary>
public enum TpmComparison : ushort
{
    Equal = 0x0000,
    NotEqual = 0x0001,
    SignedGreater = 0x0002,
    UnsignedGreater = 0x0003,
    SignedLess = 0x0004,
    UnsignedLess = 0x0005,
    SignedGreaterOrEqual = 0x0006,
    UnsignedGreaterOrEqual = 0x0007,
    SignedLessOrEqual = 0x0008,
    UnsignedLessOrEqual = 0x0009,
    BitsSet = 0x000A,
    BitsClear = 0x000B,
}
