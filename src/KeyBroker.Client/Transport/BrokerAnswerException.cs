namespace KeyBroker.Client;

/// <summary>The broker answered something that no broker of this contract answers, or with a signature that is not its own.</summary>
public sealed class BrokerAnswerException(string message) : Exception(message);
