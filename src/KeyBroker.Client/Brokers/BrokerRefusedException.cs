using KeyBroker.Attestation;

namespace KeyBroker.Client;

/// <summary>The broker is not the one that was required: it was asked what it is, and sent nothing else.</summary>
public sealed class BrokerRefusedException(IReadOnlyList<Reason> reasons)
    : Exception(reasons.Count > 0 ? reasons[0].Message : "the broker does not say what it is")
{
    public IReadOnlyList<Reason> Reasons { get; } = reasons;
}
