namespace KeyBroker.Verifiers;

/// <summary>A verifier answered with what nobody can use: asking again would bring the same.</summary>
internal sealed class UnusableAnswerException(string message) : Exception(message);
