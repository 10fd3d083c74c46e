using System.CommandLine;

namespace KeyBroker.Cli.Help;

/// <summary>The word that was probably meant.</summary>
internal static class Similar
{
    private const int Furthest = 2;

    /// <summary>The verb or option of a command that is at most two edits from a word.</summary>
    public static string? To(string word, Command command) => command.Subcommands.Select(known => known.Name)
        .Concat(command.Options.Select(option => option.Name))
        .Concat(command.Parents.OfType<Command>().SelectMany(Above).Select(option => option.Name))
        .Select(known => (Name: known, Distance: Distance(word, known)))
        .Where(known => known.Distance <= Furthest && known.Distance < known.Name.Length)
        .OrderBy(known => known.Distance)
        .Select(known => known.Name)
        .FirstOrDefault();

    private static IEnumerable<Option> Above(Command command) => command.Options.Where(option => option.Recursive)
        .Concat(command.Parents.OfType<Command>().SelectMany(Above));

    /// <summary>Levenshtein's, by rows.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substituted = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
