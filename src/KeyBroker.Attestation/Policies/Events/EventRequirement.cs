using KeyBroker.Attestation.EventLogs.Facts;

namespace KeyBroker.Attestation.Policies.Events;

/// <summary>One assertion on what a boot did: total, without order or loops, and false where a fact is not proven.</summary>
public abstract record EventRequirement(string Name)
{
    /// <summary>Null where the facts hold it; otherwise what is short of it.</summary>
    public abstract Shortfall? Check(BootFacts facts);

    /// <summary>The one register that the assertion is about, where there is one.</summary>
    public abstract int? Register { get; }

    /// <summary>What the file asks for, in its words.</summary>
    public abstract IReadOnlyList<string> Expected { get; }

    /// <summary>What the boot did, in the file's words where it has some; null where nothing is proven.</summary>
    public abstract string? Observe(BootFacts facts);

    private protected Shortfall NotProven(string what, int pcr) =>
        new($"{Name}: {what} is not proven by the event log and the quoted registers") { Pcr = pcr };
}
