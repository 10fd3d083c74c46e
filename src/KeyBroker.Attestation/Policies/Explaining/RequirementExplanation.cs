using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Explaining;

/// <summary>One thing that a policy requires: held or not, what was expected, and what there was.</summary>
/// <param name="Requirement">Named as in the file: <c>trust</c>, <c>pcr 7</c>, <c>baselines</c>, <c>secureBoot</c>.</param>
/// <param name="Reasons">Those of the decision, word for word; none where it holds.</param>
public sealed record RequirementExplanation(string Requirement, IReadOnlyList<Reason> Reasons)
{
    public bool Holds => Reasons.Count == 0;

    public string? Actual { get; init; }

    /// <summary>Labels or words of the file.</summary>
    public ImmutableArray<string> Expected { get; init; } = [];

    /// <summary>The registers that do not have what is expected of them.</summary>
    public ImmutableArray<RegisterExplanation> Registers { get; init; } = [];
}
