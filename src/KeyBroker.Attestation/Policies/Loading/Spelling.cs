namespace KeyBroker.Attestation.Policies.Loading;

/// <summary>Finds the word that was probably meant, by the fewest edits.</summary>
public static class Spelling
{
    private const int Furthest = 2;

    /// <summary>The known word that is at most two edits away, the nearest one; null where none is.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) => known
        .Where(candidate => Math.Abs(candidate.Length - word.Length) <= Furthest)
        .Select(candidate => (Word: candidate, Distance: Distance(word, candidate)))
        .Where(candidate => candidate.Distance <= Furthest && candidate.Distance < candidate.Word.Length)
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Word)
        .FirstOrDefault();

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
