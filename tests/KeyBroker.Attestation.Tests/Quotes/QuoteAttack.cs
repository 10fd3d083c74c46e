using KeyBroker.Testing;

namespace KeyBroker.Attestation.Tests.Quotes;

/// <summary>One change to good evidence, and the one answer it must get.</summary>
public sealed record QuoteAttack(string Name, string Code, string? Reason, Func<EvidenceBuilder, EvidenceBuilder> Mutate)
{
    public override string ToString() => Name;
}
