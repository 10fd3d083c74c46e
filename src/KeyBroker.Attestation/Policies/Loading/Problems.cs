using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

/// <summary>Gathers what is wrong with one file, each with its place.</summary>
internal sealed class Problems(string file)
{
    public string File { get; } = file;

    public List<PolicyError> Errors { get; } = [];

    public List<PolicyError> Warnings { get; } = [];

    public void Refuse(YamlNode at, string message, string code = PolicyError.Invalid) =>
        Errors.Add(At(at, message) with { Code = code });

    /// <summary>Refuses a word where others are known, and names the one that was probably meant.</summary>
    public void RefuseWord(YamlNode at, string message, string word, IEnumerable<string> known)
    {
        var meant = Spelling.Nearest(word, known);
        Errors.Add(At(at, meant is null ? message : $"{message}; did you mean '{meant}'?") with { Meant = meant });
    }

    public void Warn(YamlNode at, string message) => Warnings.Add(At(at, message));

    /// <summary>Warns of what is so from an instant on.</summary>
    public void WarnSince(DateTimeOffset since, YamlNode at, string message) => Warnings.Add(At(at, message) with { Since = since });

    private PolicyError At(YamlNode at, string message) => new(File, at.Line, at.Column, message);
}
