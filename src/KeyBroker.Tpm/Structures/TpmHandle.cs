namespace KeyBroker.Tpm.Structures;

/// <summary>TPM_HANDLE (TPM 2.0 Part 2, 7): a reference to something inside the TPM.</summary>
public readonly record struct TpmHandle(uint Value)
{
    public static readonly TpmHandle Owner = new(0x40000001);
    public static readonly TpmHandle Null = new(0x40000007);
    public static readonly TpmHandle PasswordSession = new(0x40000009);
    public static readonly TpmHandle Lockout = new(0x4000000A);
    public static readonly TpmHandle Endorsement = new(0x4000000B);
    public static readonly TpmHandle Platform = new(0x4000000C);

    /// <summary>The handle of a PCR: its index (Part 2, 7.2).</summary>
    public static TpmHandle Pcr(int index) => new(checked((uint)index));

    public override string ToString() => $"0x{Value:x8}";
}
