namespace KeyBroker.Client;

/// <summary>There was no answer from the broker.</summary>
public sealed class BrokerUnreachableException(string message, Exception cause) : Exception(message, cause);
