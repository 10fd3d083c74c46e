using KeyBroker.Attestation.EventLogs.Facts;

namespace KeyBroker.Attestation.Policies.Events;

/// <summary>Something vouched for what was started, and nothing did that is not listed.</summary>
public sealed record AuthoritiesRequirement(AcceptedDigests AnyOf) : EventRequirement("authorities")
{
    private const int Pcr = 7;

    public override int? Register => Pcr;

    public override IReadOnlyList<string> Expected => AnyOf.Labels;

    public override string? Observe(BootFacts facts) =>
        facts.Authorities is { } used ? string.Join(", ", used.Distinct().Select(AnyOf.NameOf)) : null;

    public override Shortfall? Check(BootFacts facts)
    {
        if (facts.Authorities is not { IsEmpty: false } used)
        {
            return NotProven("who vouched for what was started", Pcr);
        }

        return used.FirstOrDefault(authority => !AnyOf.Contains(authority)) is { } other
            ? new Shortfall("authorities: another vouched for what was started") { Pcr = Pcr, Actual = other, Expected = AnyOf.Labels }
            : null;
    }
}
