namespace KeyBroker.Attestations;

/// <summary>Facts that were read lately, by their digest: many attestations have the same, and all of them together may be too many.</summary>
internal sealed class KnownFacts(Func<string, string> read)
{
    private const int MostCharacters = 16 << 20;

    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private int _characters;

    public string Of(string digest)
    {
        if (_known.TryGetValue(digest, out var known))
        {
            return known;
        }

        var facts = read(digest);
        if (_characters + (long)facts.Length > MostCharacters)
        {
            _known.Clear();
            _characters = 0;
        }

        if (facts.Length <= MostCharacters)
        {
            _known.Add(digest, facts);
            _characters += facts.Length;
        }

        return facts;
    }
}
