namespace KeyBroker.Attestation.Policies;

/// <summary>A grant, and the policy that it is in.</summary>
public sealed record Granted(Policy Policy, Grant Grant)
{
    public GrantTerms Terms => Grant.Terms;
}
