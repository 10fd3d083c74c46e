using System.Globalization;

namespace KeyBroker.Tpm;

/// <summary>TPM_RC (TPM 2.0 Part 2, 6.6): what a TPM answered, with what it complains about.</summary>
public readonly record struct TpmResponseCode(uint Value)
{
    public static readonly TpmResponseCode Success = new(0x000);
    public static readonly TpmResponseCode Initialize = new(0x100);
    public static readonly TpmResponseCode Failure = new(0x101);
    public static readonly TpmResponseCode Disabled = new(0x120);
    public static readonly TpmResponseCode CommandCode = new(0x143);
    public static readonly TpmResponseCode AuthMissing = new(0x125);
    public static readonly TpmResponseCode PcrChanged = new(0x128);
    public static readonly TpmResponseCode NvLocked = new(0x148);
    public static readonly TpmResponseCode NvDefined = new(0x14C);
    public static readonly TpmResponseCode Attributes = new(0x082);
    public static readonly TpmResponseCode Hash = new(0x083);
    public static readonly TpmResponseCode WrongValue = new(0x084);
    public static readonly TpmResponseCode Hierarchy = new(0x085);
    public static readonly TpmResponseCode Handle = new(0x08B);
    public static readonly TpmResponseCode AuthFail = new(0x08E);
    public static readonly TpmResponseCode Scheme = new(0x092);
    public static readonly TpmResponseCode Size = new(0x095);
    public static readonly TpmResponseCode PolicyFail = new(0x09D);
    public static readonly TpmResponseCode Integrity = new(0x09F);
    public static readonly TpmResponseCode Ticket = new(0x0A0);
    public static readonly TpmResponseCode EccPoint = new(0x0A7);
    public static readonly TpmResponseCode BadAuth = new(0x0A2);
    public static readonly TpmResponseCode PolicyCommandCode = new(0x0A4);
    public static readonly TpmResponseCode ContextGap = new(0x901);
    public static readonly TpmResponseCode ObjectMemory = new(0x902);
    public static readonly TpmResponseCode SessionMemory = new(0x903);
    public static readonly TpmResponseCode SessionHandles = new(0x905);
    public static readonly TpmResponseCode Yielded = new(0x908);
    public static readonly TpmResponseCode Testing = new(0x90A);
    public static readonly TpmResponseCode ReferenceHandle = new(0x910);
    public static readonly TpmResponseCode ReferenceSession = new(0x918);
    public static readonly TpmResponseCode NvRate = new(0x920);
    public static readonly TpmResponseCode Lockout = new(0x921);
    public static readonly TpmResponseCode Retry = new(0x922);

    private const uint FormatOne = 0x080;
    private const uint ParameterBit = 0x040;
    private const uint SessionBit = 0x800;

    /// <summary>The code without the handle, parameter or session it is about.</summary>
    public TpmResponseCode Base => new(BaseOf(Value));

    /// <summary>The number of the parameter complained about, from one; zero for none.</summary>
    public int Parameter => IsFormatOne && (Value & ParameterBit) != 0 ? (int)((Value >> 8) & 0xF) : 0;

    /// <summary>The number of the session complained about, from one; zero for none.</summary>
    public int Session => IsAboutHandle && (Value & SessionBit) != 0 ? (int)((Value >> 8) & 0x7) : 0;

    /// <summary>The number of the handle complained about, from one; zero for none.</summary>
    public int HandleNumber => IsAboutHandle && (Value & SessionBit) == 0 ? (int)((Value >> 8) & 0x7) : 0;

    /// <summary>Whether the same bytes may be sent again.</summary>
    public bool IsTransient => Value is 0x908 or 0x90A or 0x920 or 0x922;

    /// <summary>The name TCG gives the code.</summary>
    public string Name => ResponseCodeNames.Find(Base.Value)
        ?? string.Create(CultureInfo.InvariantCulture, $"TPM_RC_0x{Base.Value:x3}");

    private bool IsFormatOne => (Value & FormatOne) != 0;

    private bool IsAboutHandle => IsFormatOne && (Value & ParameterBit) == 0;

    /// <summary>Whether this is the given code, whatever it is about.</summary>
    public bool Is(TpmResponseCode code) => Base.Value == code.Base.Value;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name} (0x{Value:x3}{About()})");

    private string About() => (Parameter, Session, HandleNumber) switch
    {
        ( > 0, _, _) => $", parameter {Parameter}",
        (_, > 0, _) => $", session {Session}",
        (_, _, > 0) => $", handle {HandleNumber}",
        _ => "",
    };

    // Warnings about the n-th handle or session have a row each in TCG's table; here they are one.
    private static uint BaseOf(uint value) => value switch
    {
        _ when (value & FormatOne) != 0 => value & 0x0BF,
        >= 0x910 and <= 0x916 => 0x910,
        >= 0x918 and <= 0x91E => 0x918,
        _ => value,
    };
}
