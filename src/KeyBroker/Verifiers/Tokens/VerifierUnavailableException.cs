namespace KeyBroker.Verifiers;

/// <summary>A verifier gave no answer, or its keys cannot be had: nothing is known, so nothing is allowed.</summary>
internal sealed class VerifierUnavailableException(string verifier, string message, Exception? cause = null) : Exception(message, cause)
{
    public string Verifier { get; } = verifier;
}
