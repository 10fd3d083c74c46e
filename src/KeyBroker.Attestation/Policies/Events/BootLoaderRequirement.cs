using KeyBroker.Attestation.EventLogs.Facts;

namespace KeyBroker.Attestation.Policies.Events;

/// <summary>What the firmware started first is a listed boot loader.</summary>
public sealed record BootLoaderRequirement(AcceptedDigests AnyOf) : EventRequirement("bootLoader")
{
    private const int Pcr = 4;

    public override int? Register => Pcr;

    public override IReadOnlyList<string> Expected => AnyOf.Labels;

    public override string? Observe(BootFacts facts) => facts.Images is [var first, ..] ? AnyOf.NameOf(first) : null;

    public override Shortfall? Check(BootFacts facts) =>
        facts.Images is not { IsEmpty: false } images ? NotProven("what was started", Pcr)
        : AnyOf.Contains(images[0]) ? null
        : new Shortfall("bootLoader: another was started") { Pcr = Pcr, Actual = images[0], Expected = AnyOf.Labels };
}
