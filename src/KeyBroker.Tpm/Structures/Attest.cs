namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_ATTEST (Part 2, 10.12.12): what a TPM says when it attests.</summary>
/// <remarks>Parsing proves nothing about who made it: verify the signature over the received bytes first.</remarks>
public sealed record Attest
{
    /// <summary>TPM_GENERATED_VALUE (Part 2, 6.2): no restricted key signs foreign bytes that begin so.</summary>
    public const uint GeneratedValue = 0xFF544347;

    /// <summary>TPM_ST_ATTEST_NV (Part 2, 6.9).</summary>
    public const ushort NvType = 0x8014;

    /// <summary>TPM_ST_ATTEST_SESSION_AUDIT (Part 2, 6.9).</summary>
    public const ushort SessionAuditType = 0x8016;

    /// <summary>TPM_ST_ATTEST_CERTIFY (Part 2, 6.9).</summary>
    public const ushort CertifyType = 0x8017;

    /// <summary>TPM_ST_ATTEST_QUOTE (Part 2, 6.9).</summary>
    public const ushort QuoteType = 0x8018;

    /// <summary>TPM_ST_ATTEST_TIME (Part 2, 6.9).</summary>
    public const ushort TimeType = 0x8019;

    /// <summary>TPM_ST_ATTEST_CREATION (Part 2, 6.9).</summary>
    public const ushort CreationType = 0x801A;

    internal const int MaxName = HashAlgorithms.MaxSize + 2;

    public required uint Magic { get; init; }

    public required ushort Type { get; init; }

    /// <summary>The qualified name of the key that signed.</summary>
    public required ReadOnlyMemory<byte> QualifiedSigner { get; init; }

    /// <summary>What the caller of the TPM wanted signed along, a nonce for example.</summary>
    public required ReadOnlyMemory<byte> ExtraData { get; init; }

    public required ClockInfo Clock { get; init; }

    public required ulong FirmwareVersion { get; init; }

    /// <summary>The encoded body, whose meaning depends on the type.</summary>
    public required ReadOnlyMemory<byte> Attested { get; init; }

    /// <summary>The body, when the type says quote.</summary>
    public QuoteInfo? Quote { get; private init; }

    /// <summary>The body, when the type says certify.</summary>
    public CertifyInfo? Certify { get; private init; }

    /// <summary>The body, when the type says creation.</summary>
    public CreationInfo? Creation { get; private init; }

    /// <summary>The body, when the type says time.</summary>
    public TimeAttestInfo? Time { get; private init; }

    /// <summary>The body, when the type says session audit.</summary>
    public SessionAuditInfo? SessionAudit { get; private init; }

    /// <summary>The body, when the type says NV.</summary>
    public NvCertifyInfo? Nv { get; private init; }

    /// <summary>Parses one untrusted TPMS_ATTEST, to its last byte; bodies of other types stay bytes.</summary>
    /// <exception cref="TpmFormatException">The bytes are something else, their magic included.</exception>
    public static Attest Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        var header = new Attest
        {
            Magic = ReadMagic(ref reader),
            Type = reader.ReadUInt16(),
            QualifiedSigner = reader.ReadSized(MaxName).ToArray(),
            ExtraData = reader.ReadSized(MaxName).ToArray(),
            Clock = ClockInfo.Read(ref reader),
            FirmwareVersion = reader.ReadUInt64(),
            Attested = reader.ReadRest().ToArray(),
        };
        return header.WithBody();
    }

    /// <summary>The first two fields, which are judged before the rest is decoded.</summary>
    /// <exception cref="TpmFormatException">Fewer than six bytes.</exception>
    public static (uint Magic, ushort Type) PeekHeader(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        return (reader.ReadUInt32(), reader.ReadUInt16());
    }

    public byte[] ToBytes()
    {
        var writer = new TpmWriter();
        writer.WriteUInt32(Magic);
        writer.WriteUInt16(Type);
        writer.WriteSized(QualifiedSigner.Span);
        writer.WriteSized(ExtraData.Span);
        Clock.Write(writer);
        writer.WriteUInt64(FirmwareVersion);
        writer.WriteBytes(Attested.Span);
        return writer.ToArray();
    }

    private static uint ReadMagic(ref TpmReader reader)
    {
        var magic = reader.ReadUInt32();
        return magic == GeneratedValue
            ? magic
            : throw new TpmFormatException($"0x{magic:x8} is not the value a TPM begins with");
    }

    private Attest WithBody()
    {
        var reader = new TpmReader(Attested.Span);
        var whole = Type switch
        {
            QuoteType => this with { Quote = QuoteInfo.Read(ref reader) },
            CertifyType => this with { Certify = CertifyInfo.Read(ref reader) },
            CreationType => this with { Creation = CreationInfo.Read(ref reader) },
            SessionAuditType => this with { SessionAudit = SessionAuditInfo.Read(ref reader) },
            TimeType => this with { Time = TimeAttestInfo.Read(ref reader) },
            NvType => this with { Nv = NvCertifyInfo.Read(ref reader) },
            _ => null,
        };
        if (whole is null)
        {
            return this;
        }

        reader.ExpectEnd();
        return whole;
    }
}
