namespace KeyBroker.Attestation.Policies;

/// <summary>Whether a policy that holds grants anything, or is only reported.</summary>
public enum PolicyMode
{
    Enforce = 1,
    Observe = 2,
}
