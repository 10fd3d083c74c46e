using KeyBroker.Attestation.Policies;
using KeyBroker.Telemetry;

namespace KeyBroker.Attestations;

/// <summary>What policies that are only observed say of an attestation: counted, and told to the audit.</summary>
internal static class Observation
{
    // A record is no place for a hundred trials; the metric counts them all.
    private const int MostInAudit = 16;

    public static IReadOnlyList<string> Of(Decision? decision)
    {
        var observed = (decision?.Outcomes ?? []).Where(outcome => outcome.Mode == PolicyMode.Observe).ToList();
        observed.ForEach(outcome => PolicyInstruments.Observed(outcome.Holds, decision!.IsAllowed));
        return [.. observed.Take(MostInAudit).Select(Text)];
    }

    private static string Text(PolicyOutcome outcome) => outcome.Policy.Name + " "
        + (outcome.Holds ? "holds" : string.Join(' ', outcome.Reasons.Select(reason => reason.Code).Distinct(StringComparer.Ordinal)));
}
