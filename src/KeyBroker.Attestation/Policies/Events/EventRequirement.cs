using KeyBroker.Attestation.EventLogs.Facts;

namespace KeyBroker.Attestation.Policies.Events;

/// <summary>One assertion on what a boot did: total, without order or loops, and false where a fact is not proven.</summary>
public abstract record EventRequirement(string Name)
{
    /// <summary>Null where the facts hold it; otherwise what is short of it.</summary>
    public abstract Shortfall? Check(BootFacts facts);

    private protected Shortfall NotProven(string what, int pcr) =>
        new($"{Name}: {what} is not proven by the event log and the quoted registers") { Pcr = pcr };
}
