namespace KeyBroker.Tpm.Structures;

/// <summary>TPM_ECC_CURVE (TPM 2.0 Part 2, 6.4): the curves this library computes with.</summary>
public enum TpmEccCurve : ushort
{
    None = 0x0000,
    NistP256 = 0x0003,
    NistP384 = 0x0004,
    NistP521 = 0x0005,
}
