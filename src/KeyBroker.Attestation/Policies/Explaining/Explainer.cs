using KeyBroker.Attestation.Policies.Events;
using KeyBroker.Attestation.Policies.Results;
using KeyBroker.Attestation.Results;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies.Explaining;

/// <summary>Puts beside each requirement that was judged what was expected, what there was, and the events behind it.</summary>
internal sealed class Explainer(
    PolicySet set, Evaluation evaluation, (MachineFacts Facts, MeasuredState State) machine, BootEvents events)
{
    private readonly RegisterComparison _comparison = new(machine.State, events);

    public PolicyExplanation Of(PolicyOutcome outcome) => new(
        outcome, [.. evaluation.Each(outcome.Policy).Select(judged => Of(outcome, judged))]);

    private RequirementExplanation Of(PolicyOutcome outcome, JudgedRequirement judged)
    {
        var reasons = judged.Reasons.ToList();
        return judged switch
        {
            { Pcr: { } pcr } => OfPcr(outcome.Policy, pcr, reasons),
            { IsBaselines: true } => OfBaselines(outcome, reasons),
            { Event: { } assertion } => OfEvent(outcome.Policy, assertion, reasons),
            { Results: { } results } => OfResults(results, reasons),
            _ => new RequirementExplanation("trust", reasons)
            {
                Actual = machine.Facts.Trust,
                Expected = outcome.Policy.Machines.Trust,
            },
        };
    }

    private RequirementExplanation OfResults(ResultsRequirement results, List<Reason> reasons)
    {
        var said = machine.State.Results.Select(result =>
            $"{result.Verifier}: {(result.Status is { } status ? ResultStatuses.NameOf(status) : "no status")}");
        return new RequirementExplanation(results.AsksForAll ? "results" : $"results, at least {results.AtLeast}", reasons)
        {
            Actual = string.Join(", ", said) is { Length: > 0 } text ? text : null,
            Expected = [.. results.Expected],
        };
    }

    private RequirementExplanation OfPcr(Policy policy, PcrRequirement requirement, List<Reason> reasons)
    {
        var actual = machine.State.Find(policy.Bank, requirement.Pcr);
        var accepted = requirement.AnyOf.FirstOrDefault(value => value.Value.Span.SequenceEqual(actual));
        return new RequirementExplanation($"pcr {requirement.Pcr}", reasons)
        {
            Actual = accepted?.Label ?? (actual is null ? null : Convert.ToHexStringLower(actual)),
            Expected = [.. requirement.AnyOf.Select(value => value.Label)],
            Registers = reasons.Count == 0
                ? []
                : [_comparison.With(set.Baselines, (policy.Bank, requirement.Pcr), requirement.AnyOf)],
        };
    }

    private RequirementExplanation OfBaselines(PolicyOutcome outcome, List<Reason> reasons)
    {
        var policy = outcome.Policy;
        var nearest = reasons.Count == 0 ? null : evaluation.Nearest(policy);
        var differing = reasons.Where(reason => reason.Pcr is not null).Select(reason => (nearest!.Bank, reason.Pcr!.Value));
        return new RequirementExplanation("baselines", reasons)
        {
            Actual = outcome.Baseline,
            Expected = [.. policy.BaselinePatterns.Select(pattern => pattern.Text)],
            Registers = [.. differing.Select(register => Compare(policy, nearest!, register))],
        };
    }

    // The nearest baseline says what differs; where it keeps no events, another of the policy's may.
    private RegisterExplanation Compare(Policy policy, Baseline nearest, (TpmAlgorithm Bank, int Pcr) register) =>
        _comparison.With(nearest.Events.ContainsKey(register.Pcr) ? [nearest] : policy.Candidates, register, []);

    private RequirementExplanation OfEvent(Policy policy, EventRequirement assertion, List<Reason> reasons)
    {
        var facts = machine.State.FactsIn(policy.EventBank);
        var register = reasons.Count == 0 ? null : assertion.Register;
        return new RequirementExplanation(assertion.Name, reasons)
        {
            Actual = facts is null ? null : assertion.Observe(facts),
            Expected = [.. assertion.Expected],
            Registers = register is { } pcr ? [_comparison.With(set.Baselines, (policy.EventBank, pcr), [])] : [],
        };
    }
}
