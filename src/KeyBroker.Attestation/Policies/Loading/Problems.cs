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

    public void Warn(YamlNode at, string message) => Warnings.Add(At(at, message));

    private PolicyError At(YamlNode at, string message) => new(File, at.Line, at.Column, message);
}
