using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>A policy or baseline that one set has and the other has not, or has otherwise.</summary>
/// <param name="Kind"><c>policy</c> or <c>baseline</c>.</param>
/// <param name="Change"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
public sealed record DocumentChange(string Kind, string Name, string Change)
{
    /// <summary>Whom it is about, in the words of the file: labels, or the policies that name the baseline.</summary>
    public string? About { get; init; }

    public ImmutableArray<ChangeDetail> Details { get; init; } = [];
}
