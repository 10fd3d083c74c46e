namespace KeyBroker.Cli;

/// <summary>The command was used wrongly in a way its parser cannot see.</summary>
internal sealed class UsageException(string message) : Exception(message);
