using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PCR_Read (TPM 2.0 Part 3, 22.4).</summary>
public sealed class PcrRead(IReadOnlyCollection<PcrSelection> selection) : TpmCommand<PcrReadResponse>
{
    private const int MaxValues = 8;

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

        return returned.Sum(bank => bank.Count) == values.Length
            ? new(counter, returned, values)
            : throw new TpmFormatException("not one value for each register");
    }
}
