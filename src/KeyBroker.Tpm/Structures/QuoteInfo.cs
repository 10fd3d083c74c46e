namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_QUOTE_INFO (Part 2, 10.12.4): which registers were quoted, and their combined digest.</summary>
public sealed record QuoteInfo(IReadOnlyList<PcrSelection> Pcrs, ReadOnlyMemory<byte> PcrDigest)
{
    public static QuoteInfo Read(ref TpmReader reader) =>
        new(PcrSelectionList.Read(ref reader), reader.ReadSized(HashAlgorithms.MaxSize).ToArray());

    public void Write(TpmWriter writer)
    {
        PcrSelectionList.Write(writer, Pcrs);
        writer.WriteSized(PcrDigest.Span);
    }
}
