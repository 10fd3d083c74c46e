namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>Whom a change of a policy file helps.</summary>
public enum Effect
{
    /// <summary>Nobody.</summary>
    None = 0,

    /// <summary>Some machines are let in, or may do more.</summary>
    Gain = 1,

    /// <summary>Some machines are not let in, or may do less.</summary>
    Loss = 2,
}
