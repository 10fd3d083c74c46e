namespace KeyBroker.Verifiers;

/// <summary>A verifier answered with what nobody can use, or would be asked in a way that nobody can answer: asking again would bring the same.</summary>
internal sealed class UnusableAnswerException(string message) : Exception(message);
