namespace KeyBroker.Configuration;

/// <summary>How log lines look: <c>KeyBroker:LogFormat</c>.</summary>
internal static class LogFormat
{
    public const string Text = "text";
    public const string Json = "json";

    /// <exception cref="StartupException">Another word.</exception>
    public static string Read(IConfiguration root) => root["KeyBroker:LogFormat"] switch
    {
        null or "" or Text => Text,
        Json => Json,
        _ => throw new StartupException("set KeyBroker:LogFormat to text or json"),
    };
}
