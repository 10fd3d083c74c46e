using KeyBroker.Tpm.Structures;

namespace KeyBroker.Client;

/// <summary>Selections of registers as people write them: <c>sha256:0-7,11+sha384:0</c>.</summary>
internal static class PcrSelectionText
{
    public const string Default = "sha256:0-15";

    /// <exception cref="FormatException">It is not one.</exception>
    public static IReadOnlyList<PcrSelection> Parse(string text)
    {
        var banks = text.Split('+').Select(bank => ParseBank(text, bank)).ToList();
        return banks.Select(bank => bank.Bank).Distinct().Count() == banks.Count ? banks : throw Wrong(text);
    }

    public static string Format(IEnumerable<PcrSelection> selection) =>
        string.Join('+', selection.Select(bank => $"{Name(bank.Bank)}:{string.Join(',', bank.Indices)}"));

    public static string Name(TpmAlgorithm bank) => bank switch
    {
        TpmAlgorithm.Sha1 => "sha1",
        TpmAlgorithm.Sha256 => "sha256",
        TpmAlgorithm.Sha384 => "sha384",
        TpmAlgorithm.Sha512 => "sha512",
        _ => throw new FormatException($"0x{(ushort)bank:x4} is not a bank of registers"),
    };

    private static PcrSelection ParseBank(string text, string bank)
    {
        var parts = bank.Split(':');
        var algorithm = parts[0] switch
        {
            "sha1" => TpmAlgorithm.Sha1,
            "sha256" => TpmAlgorithm.Sha256,
            "sha384" => TpmAlgorithm.Sha384,
            "sha512" => TpmAlgorithm.Sha512,
            _ => throw Wrong(text),
        };
        return parts.Length == 2
            ? PcrSelection.Of(algorithm, [.. parts[1].Split(',').SelectMany(range => ParseRange(text, range))])
            : throw Wrong(text);
    }

    private static IEnumerable<int> ParseRange(string text, string range)
    {
        var ends = range.Split('-');
        var first = ParseIndex(text, ends[0]);
        var last = ends.Length == 1 ? first : ParseIndex(text, ends[1]);
        return ends.Length <= 2 && first <= last ? Enumerable.Range(first, last - first + 1) : throw Wrong(text);
    }

    private static int ParseIndex(string text, string index) =>
        int.TryParse(index, out var number) && number is >= 0 and < PcrSelection.Registers ? number : throw Wrong(text);

    private static FormatException Wrong(string text) => new($"'{text}' is not a selection like {Default} or sha256:0,7,11");
}
