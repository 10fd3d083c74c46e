using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PCR_Read (TPM 2.0 Part 3, 22.4), which returns at most eight registers: <see cref="All"/> asks for the rest.</summary>
public sealed class PcrRead(IReadOnlyCollection<PcrSelection> selection) : TpmCommand<PcrReadResponse>
{
    private const int MaxValues = 8;

    /// <summary>Reads all registers of a selection, in its order, by as many commands as it takes; those that a TPM does not have are missing.</summary>
    public static IReadOnlyList<byte[]> All(Tpm tpm, IReadOnlyCollection<PcrSelection> selection)
    {
        var values = new List<byte[]>();
        foreach (var bank in selection)
        {
            var rest = bank;
            while (!rest.IsEmpty && tpm.Execute(new PcrRead([rest])) is { Values.Count: > 0 } read)
            {
                values.AddRange(read.Values);
                rest = read.Selection.Aggregate(rest, (left, part) => left.Without(part));
            }
        }

        return values;
    }

    protected internal override CommandDescriptor Descriptor => new(TpmCommandCode.PcrRead);

    protected internal override void WriteParameters(TpmWriter writer) => PcrSelectionList.Write(writer, selection);

    protected internal override PcrReadResponse ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        var counter = reader.ReadUInt32();
        var returned = PcrSelectionList.Read(ref reader);
        var values = new byte[reader.ReadCount(MaxValues)][];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadSized(HashAlgorithms.MaxSize).ToArray();
        }

        return returned.Sum(bank => bank.Count) == values.Length && WereAskedFor(returned)
            ? new(counter, returned, values)
            : throw new TpmFormatException("not one value for each register, or of a register that was not asked for");
    }

    // In the order of the question, each once: so whoever asks for the rest again and again comes to an end.
    private bool WereAskedFor(IEnumerable<PcrSelection> returned)
    {
        using var asked = Registers(selection).GetEnumerator();
        foreach (var register in Registers(returned))
        {
            do
            {
                if (!asked.MoveNext())
                {
                    return false;
                }
            }
            while (asked.Current != register);
        }

        return true;
    }

    private static IEnumerable<(TpmAlgorithm Bank, int Index)> Registers(IEnumerable<PcrSelection> banks) =>
        banks.SelectMany(bank => bank.Indices.Select(index => (bank.Bank, index)));
}
