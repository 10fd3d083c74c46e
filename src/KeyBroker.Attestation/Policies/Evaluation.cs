using System.Collections.Immutable;
using System.Globalization;
using KeyBroker.Attestation.Policies.Events;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies;

/// <summary>Evaluates policies against one machine in one state: total, and the only place that decides.</summary>
internal sealed class Evaluation(
    MachineFacts machine, MeasuredState state, ImmutableArray<Baseline> matching, DateTimeOffset now)
{
    public PolicyOutcome Of(Policy policy)
    {
        var baseline = Find(policy);
        var reasons = Trust(policy)
            .Concat(policy.Pcrs.SelectMany(requirement => Pcr(policy, requirement)))
            .Concat(baseline is null ? Baselines(policy) : [])
            .Concat(policy.Events.SelectMany(requirement => Event(policy, requirement)));
        return new PolicyOutcome(policy, [.. reasons]) { Baseline = baseline?.Name };
    }

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
        baseline => baseline.IsValidAt(now) && policy.BaselinePatterns.Any(pattern => pattern.Matches(baseline.Name)));

    private IEnumerable<Reason> Baselines(Policy policy)
    {
        if (policy.BaselinePatterns.IsEmpty)
        {
            return [];
        }

        var wanted = string.Join(", ", policy.BaselinePatterns);
        var expired = matching.FirstOrDefault(b => policy.BaselinePatterns.Any(pattern => pattern.Matches(b.Name)));
        if (expired is not null)
        {
            return [Baselines(policy, $"baseline {expired.Name} matches, but {Window(expired)}", expired.Name)];
        }

        return policy.Candidates.MinBy(Distance) is { } nearest
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
