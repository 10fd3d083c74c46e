using KeyBroker.Attestation.EventLogs.Facts;

namespace KeyBroker.Attestation.Policies.Events;

/// <summary>Everything that a register was extended with is listed, in whatever order and number.</summary>
public sealed record OnlyEventsRequirement(int Pcr, AcceptedDigests OnlyEvents) : EventRequirement("pcr")
{
    public override int? Register => Pcr;

    public override IReadOnlyList<string> Expected => OnlyEvents.Labels;

    public override string? Observe(BootFacts facts) =>
        facts.Registers.TryGetValue(Pcr, out var digests) ? $"{digests.Length} extensions" : null;

    public override Shortfall? Check(BootFacts facts)
    {
        if (!facts.Registers.TryGetValue(Pcr, out var digests))
        {
            return NotProven($"what PCR {Pcr} was extended with", Pcr);
        }

        var at = digests.ToList().FindIndex(digest => !OnlyEvents.Contains(digest));
        return at < 0 ? null : new Shortfall($"pcr: extension {at + 1} of PCR {Pcr} is not listed")
        {
            Pcr = Pcr,
            Actual = digests[at],
            Expected = OnlyEvents.Labels,
        };
    }
}
