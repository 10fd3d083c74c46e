using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>The four parameters that CreatePrimary and Create share.</summary>
internal static class ObjectTemplate
{
    internal static void Write(
        TpmWriter writer,
        Sensitive sensitive,
        TpmPublic template,
        ReadOnlyMemory<byte> outsideInfo,
        IReadOnlyCollection<PcrSelection> creationPcrs)
    {
        sensitive.WriteSized(writer);
        template.WriteSized(writer);
        writer.WriteSized(outsideInfo.Span);
        PcrSelectionList.Write(writer, creationPcrs);
    }
}
