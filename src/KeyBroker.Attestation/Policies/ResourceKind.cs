namespace KeyBroker.Attestation.Policies;

/// <summary>What a grant is about.</summary>
public enum ResourceKind
{
    Key = 1,
    Secret = 2,
}
