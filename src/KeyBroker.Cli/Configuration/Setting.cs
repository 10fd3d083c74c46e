namespace KeyBroker.Cli.Configuration;

/// <summary>One thing a command was told, and where.</summary>
internal sealed record Setting(string Name, string Value, string Origin)
{
    public const string Default = "default";

    /// <summary>Somebody chose it, here or in a file.</summary>
    public bool IsChosen => Origin != Default;
}
