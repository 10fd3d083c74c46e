namespace KeyBroker.Attestation.Policies.Testing;

/// <summary>How a case ended.</summary>
public sealed record PolicyTestResult(PolicyTestCase Case, IReadOnlyList<PolicyTestFailure> Failures)
{
    public bool Passed => Failures.Count == 0;

    /// <summary>Tries one case by the evaluation that also decides in the broker.</summary>
    public static PolicyTestResult Of(PolicyTestCase tried, PolicySet policies, DateTimeOffset now)
    {
        var (expected, refusal) = (tried.Expected, tried.Boot.Refusal);
        var decision = policies.Decide(tried.Machine, tried.Boot.State, tried.At ?? now);

        // Evidence whose log is refused comes before no policy.
        var allowed = refusal is null && decision.IsAllowed;
        var reasons = refusal is null ? decision.Reasons : [refusal];
        return new PolicyTestResult(
            tried,
            [
                .. Differing("decision", Word(expected.IsAllowed), Word(allowed)),
                .. Differing("policies", expected.Policies, refusal is null ? decision.Holding.Select(policy => policy.Name) : []),
                .. Differing("observed", expected.Observed, refusal is null ? Observed(decision) : []),
                .. Missing(expected, reasons),
                .. expected.May.Where(use => !allowed || !use.IsGranted(decision, tried.Machine.Id)).Select(use => new PolicyTestFailure("may", $"{use}", "not granted")),
                .. expected.MayNot.Where(use => allowed && use.IsGranted(decision, tried.Machine.Id)).Select(use => new PolicyTestFailure("mayNot", $"{use}", "granted")),
            ]);
    }

    private static string Word(bool allowed) => allowed ? "allowed" : "denied";

    private static IEnumerable<string> Observed(Decision decision) => decision.Outcomes
        .Where(outcome => outcome is { Holds: true, Mode: PolicyMode.Observe })
        .Select(outcome => outcome.Policy.Name);

    private static IEnumerable<PolicyTestFailure> Differing(string what, IEnumerable<string>? expected, IEnumerable<string> actual) =>
        expected is null ? [] : Differing(what, List(expected), List(actual));

    private static IEnumerable<PolicyTestFailure> Differing(string what, string expected, string actual) =>
        expected == actual ? [] : [new PolicyTestFailure(what, expected, actual)];

    private static IEnumerable<PolicyTestFailure> Missing(ExpectedDecision expected, IReadOnlyList<Reason> reasons) =>
        from wanted in expected.Reasons
        where !reasons.Any(wanted.Fits)
        select new PolicyTestFailure("reasons", $"{wanted}", List(reasons.Select(ExpectedReason.Text).Distinct()));

    private static string List(IEnumerable<string> texts) =>
        string.Join(", ", texts.Order(StringComparer.Ordinal)) is { Length: > 0 } list ? list : "none";
}
