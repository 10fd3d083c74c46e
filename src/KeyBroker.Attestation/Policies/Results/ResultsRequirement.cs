using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Results;

/// <summary>How many of the listed things remote verifiers must have said; a plain list asks for all of them.</summary>
public sealed record ResultsRequirement(int AtLeast, ImmutableArray<ResultRequirement> Of)
{
    public bool AsksForAll => AtLeast == Of.Length;

    /// <summary>In the words of the file, each entry.</summary>
    public IReadOnlyList<string> Expected => [.. Of.Select(one => one.Text)];

    /// <summary>Why it does not hold: of every entry that fails, all that is wrong; none: it holds.</summary>
    public IReadOnlyList<Reason> Check(MeasuredState state, DateTimeOffset now)
    {
        var reasons = Of.Select(one => one.Check(state, now).ToList()).ToList();
        return reasons.Count(failing => failing.Count == 0) >= AtLeast ? [] : [.. reasons.SelectMany(failing => failing)];
    }

    /// <summary>True where it holds or would hold if these verifiers said all that is asked of them.</summary>
    public bool CouldHold(MeasuredState state, DateTimeOffset now, IReadOnlySet<string> silent) =>
        Of.Count(one => silent.Contains(one.Verifier) || !one.Check(state, now).Any()) >= AtLeast;
}
