using System.Collections.Immutable;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies.Explaining;

/// <summary>Holds the events behind a register against those of the nearest baseline that keeps events of it.</summary>
internal sealed class RegisterComparison(MeasuredState state, BootEvents events)
{
    /// <param name="baselines">Where to look for the nearest one.</param>
    /// <param name="register">Which register.</param>
    /// <param name="accepted">Values whose baselines come first.</param>
    public RegisterExplanation With(
        IEnumerable<Baseline> baselines, (TpmAlgorithm Bank, int Pcr) register, ImmutableArray<AcceptedValue> accepted)
    {
        var (bank, pcr) = register;
        var actual = state.Find(bank, pcr) is { } value ? Convert.ToHexStringLower(value) : null;
        var happened = events.In(bank, pcr);
        if (happened.IsEmpty)
        {
            return new RegisterExplanation(bank, pcr, actual) { Note = events.WhyNone(bank, pcr) };
        }

        var nearest = baselines
            .Where(baseline => baseline.Bank == bank && baseline.Events.ContainsKey(pcr))
            .Select(baseline => (Baseline: baseline, Digests: DigestsOf(baseline, pcr)))
            .OrderBy(known => accepted.Any(one => one.Value.Span.SequenceEqual(known.Baseline.Pcrs[pcr].Span)) ? 0 : 1)
            .ThenByDescending(known => Common(happened, known.Digests))
            .FirstOrDefault();
        return nearest.Baseline is null
            ? new RegisterExplanation(bank, pcr, actual) { Events = happened }
            : Compare(new RegisterExplanation(bank, pcr, actual), happened, nearest);
    }

    private static RegisterExplanation Compare(
        RegisterExplanation register, ImmutableArray<ExplainedEvent> happened, (Baseline Baseline, ImmutableArray<string> Digests) nearest)
    {
        var known = nearest.Digests.ToHashSet(StringComparer.Ordinal);
        var marked = happened.Select(one => one with { IsExpected = known.Contains(one.Digest) }).ToImmutableArray();
        var at = Common(happened, nearest.Digests);
        return register with
        {
            Events = marked,
            Missing = [.. nearest.Digests.Except(happened.Select(one => one.Digest), StringComparer.Ordinal)],
            FirstDifference = at == happened.Length && at == nearest.Digests.Length
                ? null
                : new EventDifference(
                    at + 1, nearest.Baseline.Name, marked.ElementAtOrDefault(at), nearest.Digests.ElementAtOrDefault(at)),
        };
    }

    /// <summary>How many extensions from the first on are the same.</summary>
    private static int Common(ImmutableArray<ExplainedEvent> happened, ImmutableArray<string> digests) =>
        happened.Zip(digests).TakeWhile(pair => pair.First.Digest == pair.Second).Count();

    private static ImmutableArray<string> DigestsOf(Baseline baseline, int pcr) =>
        [.. baseline.Events[pcr].Select(digest => Convert.ToHexStringLower(digest.Span))];
}
