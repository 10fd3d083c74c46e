using System.Collections.Immutable;

namespace KeyBroker.Tpm.Structures;

/// <summary>TPML_PCR_SELECTION (Part 2, 10.9.7): which registers of which banks, in the order given.</summary>
public static class PcrSelectionList
{
    /// <summary>HASH_COUNT: the most entries a list may have.</summary>
    public const int MaxBanks = 16;

    /// <summary>Parses one untrusted list, to its last byte.</summary>
    /// <exception cref="TpmFormatException">The bytes are something else.</exception>
    public static ImmutableArray<PcrSelection> Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        var list = Read(ref reader);
        reader.ExpectEnd();
        return list;
    }

    public static ImmutableArray<PcrSelection> Read(ref TpmReader reader)
    {
        var count = reader.ReadCount(MaxBanks);
        var list = ImmutableArray.CreateBuilder<PcrSelection>(count);
        for (var i = 0; i < count; i++)
        {
            list.Add(PcrSelection.Read(ref reader));
        }

        return list.MoveToImmutable();
    }

    public static void Write(TpmWriter writer, IReadOnlyCollection<PcrSelection> selections)
    {
        writer.WriteUInt32(checked((uint)selections.Count));
        foreach (var selection in selections)
        {
            selection.Write(writer);
        }
    }

    public static byte[] ToBytes(IReadOnlyCollection<PcrSelection> selections)
    {
        var writer = new TpmWriter();
        Write(writer, selections);
        return writer.ToArray();
    }
}
