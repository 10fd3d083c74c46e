using System.Globalization;
using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Quotes;

/// <summary>Takes from the registers of a case those that were quoted: some origins list more.</summary>
internal static class QuotedValues
{
    public static Dictionary<TpmAlgorithm, SortedDictionary<int, byte[]>> Select(JsonElement values, QuoteInfo quote)
    {
        var selected = new Dictionary<TpmAlgorithm, SortedDictionary<int, byte[]>>();
        foreach (var selection in quote.Pcrs.Where(selection => !selection.IsEmpty))
        {
            selected[selection.Bank] = Registers(values, selection);
        }

        return selected;
    }

    private static SortedDictionary<int, byte[]> Registers(JsonElement values, PcrSelection selection)
    {
        var registers = new SortedDictionary<int, byte[]>();
        if (PcrBanks.IsKnown(selection.Bank) && values.TryGetProperty(PcrBanks.NameOf(selection.Bank), out var bank))
        {
            foreach (var register in bank.EnumerateObject())
            {
                var pcr = int.Parse(register.Name, NumberStyles.None, CultureInfo.InvariantCulture);
                if (selection.Contains(pcr))
                {
                    registers.Add(pcr, Convert.FromHexString(register.Value.GetString()!));
                }
            }
        }

        return registers;
    }
}
