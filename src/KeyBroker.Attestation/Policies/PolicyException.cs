namespace KeyBroker.Attestation.Policies;

/// <summary>A set of policy files was refused whole; says everything that is wrong with it.</summary>
public sealed class PolicyException(IReadOnlyList<PolicyError> errors) : Exception(string.Join('\n', errors))
{
    public IReadOnlyList<PolicyError> Errors { get; } = errors;
}
