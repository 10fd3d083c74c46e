using System.Collections.Frozen;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>What the verifiers that were asked said, who said nothing, and what did not count.</summary>
internal sealed record BackgroundAnswers(
    IReadOnlyList<AttestationResult> Results, FrozenSet<string> Silent, IReadOnlyList<Reason> Refused)
{
    public static BackgroundAnswers None { get; } = new([], [], []);
}
