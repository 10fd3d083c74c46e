using KeyBroker.Attestation.Policies.Events;
using KeyBroker.Attestation.Policies.Results;

namespace KeyBroker.Attestation.Policies;

/// <summary>One requirement of a policy and why it does not hold; without a reason it does.</summary>
internal readonly record struct JudgedRequirement(IEnumerable<Reason> Reasons)
{
    /// <summary>The line of <c>pcrs.require</c>; all are null or false for the trust.</summary>
    public PcrRequirement? Pcr { get; init; }

    public bool IsBaselines { get; init; }

    public EventRequirement? Event { get; init; }

    public ResultsRequirement? Results { get; init; }
}
