using System.Globalization;
using System.Text.Json;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Evidence;

/// <summary>
/// Reads the <c>pcrs</c> member: known banks, plain decimal indexes up to 23, values of the bank's length.
/// </summary>
public static class PcrValues
{
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static IReadOnlyDictionary<TpmAlgorithm, SortedDictionary<int, byte[]>> Parse(JsonElement pcrs)
    {
        var banks = new Dictionary<TpmAlgorithm, SortedDictionary<int, byte[]>>();
        foreach (var bank in StrictJson.OpenObject(pcrs).Element.EnumerateObject())
        {
            banks.Add(ParseBank(bank.Name), ParseRegisters(ParseBank(bank.Name), bank.Value));
        }

        return banks;
    }

    private static TpmAlgorithm ParseBank(string name) => PcrBanks.TryParse(name, out var bank)
        ? bank
        : throw DeniedException.Malformed("an unknown bank", "pcrs");

    private static SortedDictionary<int, byte[]> ParseRegisters(TpmAlgorithm bank, JsonElement values)
    {
        var path = $"pcrs.{PcrBanks.NameOf(bank)}";
        var registers = new SortedDictionary<int, byte[]>();
        foreach (var value in StrictJson.OpenObject(values).Element.EnumerateObject())
        {
            registers.Add(ParseIndex(value.Name, path), ParseValue(bank, value.Value, path));
        }

        return registers;
    }

    private static int ParseIndex(string text, string path) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        && index <= PcrBanks.HighestRegister
        && text == index.ToString(CultureInfo.InvariantCulture)
            ? index
            : throw DeniedException.Malformed("an index is a plain decimal number up to 23", path);

    private static byte[] ParseValue(TpmAlgorithm bank, JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.String
        && Hex.TryDecode(value, PcrBanks.SizeOf(bank)) is { } bytes
            ? bytes
            : throw DeniedException.Malformed("a value is lower-case hex of the bank's length", path);
}
