namespace KeyBroker.Attestation.Policies.Yaml;

/// <summary>The text is not the YAML that policy files are written in.</summary>
internal sealed class YamlRefusal(string message, int line, int column) : Exception(message)
{
    public int Line { get; } = line;

    public int Column { get; } = column;
}
