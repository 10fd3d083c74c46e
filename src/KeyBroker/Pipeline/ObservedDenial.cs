using KeyBroker.Attestation;

namespace KeyBroker.Pipeline;

/// <summary>A denial of evidence, and for the audit what observed policies would have done.</summary>
internal sealed class ObservedDenial(DeniedException denial) : DeniedException(denial.Code, denial.Reasons, denial.Message)
{
    public required IReadOnlyList<string> Observed { get; init; }
}
