namespace KeyBroker.Attestation.Policies;

/// <summary>What one policy that selected the machine says about its state: it holds, or why not.</summary>
public sealed record PolicyOutcome(Policy Policy, IReadOnlyList<Reason> Reasons)
{
    public bool Holds => Reasons.Count == 0;

    public PolicyMode Mode => Policy.Mode;

    /// <summary>The baseline that matched, if the policy asks for one.</summary>
    public string? Baseline => Matched?.Name;

    /// <summary>The registers whose values the policy compared with known ones; good values only where it holds.</summary>
    public IEnumerable<int> Registers => Policy.Pcrs.Select(requirement => requirement.Pcr).Concat(Matched?.Pcrs.Keys ?? []);

    internal Baseline? Matched { get; init; }
}
