using System.Collections.Immutable;
using System.Globalization;
using KeyBroker.Attestation.Results;
using KeyBroker.Configuration;

namespace KeyBroker.Verifiers;

/// <summary>The section of one verifier, read member by member; what nobody read is a slip of the pen.</summary>
internal sealed class VerifierSection(IConfigurationSection section)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public string Name => section.Key;

    public bool Has(string key) => Value(key) is not null;

    public string? Value(string key)
    {
        _known.Add(key);
        return section[key] is { Length: > 0 } text ? text : null;
    }

    /// <exception cref="StartupException">It is missing.</exception>
    public string Required(string key, string what) => Value(key) ?? throw Wrong(key, what);

    /// <summary>A word of a closed set.</summary>
    /// <exception cref="StartupException">It is none of them.</exception>
    public string Choice(string key, params IReadOnlyCollection<string> words) =>
        Value(key) is { } word && words.Contains(word, StringComparer.Ordinal) ? word : throw Wrong(key, string.Join(" or ", words));

    /// <summary>Words by blanks or commas, or one below the other.</summary>
    public ImmutableArray<string> Words(string key)
    {
        var listed = section.GetSection(key).GetChildren().Select(child => child.Value ?? "").ToList();
        var text = Value(key);
        return text is not null
            ? [.. text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]
            : [.. listed];
    }

    public TimeSpan Duration(string key, string fallback) =>
        Durations.TryParse(Value(key) ?? fallback) ?? throw Wrong(key, $"a duration such as {fallback}");

    public int Number(string key, int fallback, int least, int most) => Value(key) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw Wrong(key, $"a whole number from {least} to {most}");

    public bool Flag(string key) => Value(key) is not { } text ? false
        : bool.TryParse(text, out var flag) ? flag
        : throw Wrong(key, "true or false");

    public ClaimPath? Claim(string key) => Value(key) is not { } text ? null
        : ClaimPath.TryParse(text) ?? throw Wrong(key, "the name of a claim or a JSON Pointer such as /submods/tpm/ear.status");

    /// <summary>A file that is there.</summary>
    public string? File(string key) => Value(key) is not { } text ? null
        : System.IO.File.Exists(text) ? Path.GetFullPath(text)
        : throw Wrong(key, $"a file that is there; {text} is not");

    /// <exception cref="StartupException">A member that no verifier of this kind has.</exception>
    public void RefuseUnknown()
    {
        if (section.GetChildren().FirstOrDefault(child => !_known.Contains(child.Key)) is { } unknown)
        {
            throw new StartupException($"remove or correct KeyBroker:Verifiers:{Name}:{unknown.Key}: specs/remote-verifiers.md lists the settings");
        }
    }

    public StartupException Wrong(string key, string what) => new($"set KeyBroker:Verifiers:{Name}:{key} to {what}");
}
