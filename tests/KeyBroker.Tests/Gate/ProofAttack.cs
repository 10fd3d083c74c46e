namespace KeyBroker.Tests.Gate;

/// <summary>One change to a good proof, and the title of its refusal; no title where the proof stays good.</summary>
internal sealed record ProofAttack(string Name, string? Title, Func<ProofCase, string> Mutate)
{
    /// <summary>A proof that was shown before.</summary>
    public Func<ProofCase, string>? ShownBefore { get; init; }
}
