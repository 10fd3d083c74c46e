namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_SENSITIVE_CREATE (Part 2, 11.1.15): the authorization value of a new object, and the data to seal.</summary>
public sealed class Sensitive(ReadOnlyMemory<byte> userAuth, ReadOnlyMemory<byte> data)
{
    /// <summary>Neither an authorization value nor data.</summary>
    public static readonly Sensitive Empty = new(default, default);

    public ReadOnlyMemory<byte> UserAuth { get; } = userAuth;

    public ReadOnlyMemory<byte> Data { get; } = data;

    /// <summary>Writes a TPM2B_SENSITIVE_CREATE (Part 2, 11.1.16).</summary>
    public void WriteSized(TpmWriter writer)
    {
        writer.WriteUInt16(checked((ushort)(4 + UserAuth.Length + Data.Length)));
        writer.WriteSized(UserAuth.Span);
        writer.WriteSized(Data.Span);
    }

    public override string ToString() => nameof(Sensitive);
}
