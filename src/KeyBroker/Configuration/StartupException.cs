namespace KeyBroker.Configuration;

/// <summary>The broker cannot start; the message is one line that tells the operator what to do.</summary>
internal sealed class StartupException(string message, Exception? cause = null) : Exception(message, cause);
