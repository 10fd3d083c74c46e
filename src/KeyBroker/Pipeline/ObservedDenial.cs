using KeyBroker.Attestation;

namespace KeyBroker.Pipeline;

/// <summary>A denial of evidence, and for the audit what observed policies would have done.</summary>
internal sealed class ObservedDenial(DeniedException denial) : DeniedException(denial.Code, denial.Reasons, denial.Message)
{
    public required IReadOnlyList<string> Observed { get; init; }

    /// <summary>Whom it was about, where the message did not know.</summary>
    public string? Machine { get; init; }
}
