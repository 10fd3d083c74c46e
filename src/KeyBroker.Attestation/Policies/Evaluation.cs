using System.Collections.Immutable;
using System.Globalization;
using KeyBroker.Attestation.Policies.Events;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies;

/// <summary>Evaluates policies against one machine in one state: total, and the only place that decides.</summary>
internal sealed class Evaluation(
    MachineFacts machine, MeasuredState state, ImmutableArray<Baseline> matching, DateTimeOffset now)
{
    public PolicyOutcome Of(Policy policy) =>
        new(policy, [.. Each(policy).SelectMany(judged => judged.Reasons)]) { Matched = Find(policy) };

    /// <summary>Every requirement of the policy in the order of its reasons: all that is decided, and all that is explained.</summary>
    public IEnumerable<JudgedRequirement> Each(Policy policy)
    {
        yield return new JudgedRequirement(Trust(policy));
        foreach (var requirement in policy.Pcrs)
        {
            yield return new JudgedRequirement(Pcr(policy, requirement)) { Pcr = requirement };
        }

        if (!policy.BaselinePatterns.IsEmpty)
        {
            yield return new JudgedRequirement(Find(policy) is null ? Baselines(policy) : []) { IsBaselines = true };
        }

        foreach (var requirement in policy.Events)
        {
            yield return new JudgedRequirement(Event(policy, requirement)) { Event = requirement };
        }

        if (policy.Results is { } results)
        {
            yield return new JudgedRequirement(results.Check(state, now).Select(reason => reason with { Policy = policy.Name })) { Results = results };
        }
    }

    /// <summary>The baseline that the policy could have matched and from which the fewest registers differ.</summary>
    public Baseline? Nearest(Policy policy) => policy.Candidates.MinBy(Distance);

    private IEnumerable<Reason> Trust(Policy policy)
    {
        var accepted = policy.Machines.Trust;
        if (!accepted.Any(machine.RestsOn))
        {
            yield return new Reason(ReasonCodes.PolicyTrust, $"trust is '{machine.Trust}', which this policy does not accept")
            {
                Policy = policy.Name,
                Actual = machine.Trust,
                Expected = accepted,
            };
        }
    }

    private IEnumerable<Reason> Pcr(Policy policy, PcrRequirement requirement)
    {
        // A register that was not quoted equals nothing.
        var actual = state.Find(policy.Bank, requirement.Pcr);
        if (actual is null || !requirement.AnyOf.Any(accepted => accepted.Value.Span.SequenceEqual(actual)))
        {
            yield return Differs(
                policy, ReasonCodes.PolicyPcr, (policy.Bank, requirement.Pcr), [.. requirement.AnyOf.Select(v => v.Label)]);
        }
    }

    // Without a log, or with one that explains nothing, no fact is proven and no assertion holds.
    private IEnumerable<Reason> Event(Policy policy, EventRequirement requirement)
    {
        var shortfall = state.FactsIn(policy.EventBank) is { } facts
            ? requirement.Check(facts)
            : new Shortfall($"{requirement.Name}: there is no event log of bank {PcrBanks.NameOf(policy.EventBank)}");
        if (shortfall is not null)
        {
            yield return new Reason(ReasonCodes.PolicyEvent, shortfall.Message)
            {
                Policy = policy.Name,
                Pcr = shortfall.Pcr,
                Actual = shortfall.Actual,
                Expected = shortfall.Expected,
            };
        }
    }

    // Whole profiles only: registers of different baselines never add up to a match.
    private Baseline? Find(Policy policy) => matching.FirstOrDefault(
        baseline => baseline.IsValidAt(now) && policy.Names(baseline.Name));

    private IEnumerable<Reason> Baselines(Policy policy)
    {
        var wanted = string.Join(", ", policy.BaselinePatterns);
        var expired = matching.FirstOrDefault(baseline => policy.Names(baseline.Name));
        if (expired is not null)
        {
            return [Baselines(policy, $"baseline {expired.Name} matches, but {Window(expired)}", expired.Name)];
        }

        return Nearest(policy) is { } nearest
            ? Differences(nearest).Select(pcr => Differs(
                policy, ReasonCodes.PolicyBaseline, (nearest.Bank, pcr), [nearest.Name]))
            : [Baselines(policy, $"there is no baseline named {wanted}")];
    }

    private static Reason Baselines(Policy policy, string message, params string[] expected) =>
        new(ReasonCodes.PolicyBaseline, message) { Policy = policy.Name, Expected = expected };

    private int Distance(Baseline baseline) => Differences(baseline).Count();

    private IEnumerable<int> Differences(Baseline baseline) => baseline.Pcrs
        .Where(pcr => state.Find(baseline.Bank, pcr.Key) is not { } actual || !pcr.Value.Span.SequenceEqual(actual))
        .Select(pcr => pcr.Key);

    private Reason Differs(Policy policy, string code, (TpmAlgorithm Bank, int Pcr) register, string[] expected)
    {
        var actual = state.Find(register.Bank, register.Pcr);
        var what = actual is null ? "was not quoted" : "differs";
        return new Reason(
            code, $"PCR {register.Pcr} ({PcrBanks.NameOf(register.Bank)}) {what}; expected: {string.Join(", ", expected)}")
        {
            Policy = policy.Name,
            Pcr = register.Pcr,
            Actual = actual is null ? null : Convert.ToHexStringLower(actual),
            Expected = expected,
        };
    }

    private string Window(Baseline baseline) => now < baseline.ValidFrom
        ? $"only from {Iso(baseline.ValidFrom)}"
        : $"only until {Iso(baseline.ValidUntil)}";

    private static string Iso(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
