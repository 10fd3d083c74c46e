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

    internal const byte HmacSessionKind = 0x02;
    internal const byte PolicySessionKind = 0x03;
    internal const byte TransientKind = 0x80;

    /// <summary>The handle of a PCR: its index (Part 2, 7.2).</summary>
    public static TpmHandle Pcr(int index) => new(checked((uint)index));

    /// <summary>TPM_HT (Part 2, 7.2): what kind of thing the handle is of.</summary>
    internal byte Kind => (byte)(Value >> 24);

    /// <summary>Takes a handle that a response named, if it is of the right kind: no HMAC covers it (Part 1, 18.8).</summary>
    /// <exception cref="TpmFormatException">It is of another kind.</exception>
    internal TpmHandle Expect(byte kind) =>
        Kind == kind ? this : throw new TpmFormatException($"the handle {this} is not of the kind that was made");

    public override string ToString() => $"0x{Value:x8}";
}
