using System.Text.Json.Nodes;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Client;

/// <summary>Register values as they were read, bank by bank.</summary>
internal sealed class PcrValues
{
    private readonly Dictionary<TpmAlgorithm, SortedDictionary<int, byte[]>> _banks = [];

    public void Add(TpmAlgorithm bank, int index, byte[] value)
    {
        if (!_banks.TryGetValue(bank, out var values))
        {
            _banks[bank] = values = [];
        }

        values[index] = value;
    }

    public bool Has(TpmAlgorithm bank, int index) => _banks.TryGetValue(bank, out var values) && values.ContainsKey(index);

    /// <summary>The digest a quote over this selection holds (Part 3, 18.4).</summary>
    public byte[] Digest(TpmAlgorithm hash, IEnumerable<PcrSelection> selection)
    {
        var values = selection.SelectMany(bank => bank.Indices.SelectMany(index => _banks[bank.Bank][index]));
        return HashAlgorithms.Hash(hash, [.. values]);
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (bank, values) in _banks)
        {
            var hex = values.Select(value => KeyValuePair.Create(
                value.Key.ToString(), (JsonNode?)Convert.ToHexStringLower(value.Value)));
            json[PcrSelectionText.Name(bank)] = new JsonObject(hex);
        }

        return json;
    }
}
