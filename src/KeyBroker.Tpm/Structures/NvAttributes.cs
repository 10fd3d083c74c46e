namespace KeyBroker.Tpm.Structures;

/// <summary>TPMA_NV (TPM 2.0 Part 2, 13.4): who may do what with an NV index, and what it is.</summary>
[Flags]
public enum NvAttributes : uint
{
    /// <summary>An index of plain bytes.</summary>
    None = 0,
    PlatformWrite = 1 << 0,
    OwnerWrite = 1 << 1,
    AuthWrite = 1 << 2,
    PolicyWrite = 1 << 3,

    /// <summary>TPM_NT (13.2): eight bytes that only go up.</summary>
    Counter = 1 << 4,

    /// <summary>TPM_NT (13.2): eight bytes, each bit of which is only ever set.</summary>
    Bits = 2 << 4,

    /// <summary>TPM_NT (13.2): a digest that is only ever extended.</summary>
    Extend = 4 << 4,
    PolicyDelete = 1 << 10,
    WriteLocked = 1 << 11,
    WriteAll = 1 << 12,
    WriteDefine = 1 << 13,
    WriteStClear = 1 << 14,
    GlobalLock = 1 << 15,
    PlatformRead = 1 << 16,
    OwnerRead = 1 << 17,
    AuthRead = 1 << 18,
    PolicyRead = 1 << 19,
    NoDa = 1 << 25,
    Orderly = 1 << 26,
    ClearStClear = 1 << 27,
    ReadLocked = 1 << 28,
    Written = 1 << 29,
    PlatformCreate = 1 << 30,
    ReadStClear = 1u << 31,
}
