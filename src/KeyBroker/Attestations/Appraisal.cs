using System.Collections.Frozen;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Enrollments;

namespace KeyBroker.Attestations;

/// <summary>What verified evidence comes to: which policies hold, or why none does.</summary>
internal sealed record Appraisal(Machine Machine, Attested Attested, MeasuredState Measured)
{
    public required string PolicyDigest { get; init; }

    /// <summary>Null where the log was refused before any policy was asked.</summary>
    public Decision? Decision { get; init; }

    /// <summary>attestation-denied or verifier-unavailable, or null where a policy holds.</summary>
    public DeniedException? Denial { get; init; }

    /// <param name="subject">Who, with what bound to it, in which state.</param>
    /// <param name="policies">Those in force.</param>
    /// <param name="heard">What became of verifiers that were asked.</param>
    /// <param name="now">The instant that counts.</param>
    public static Appraisal Of(
        (Machine Machine, Attested Attested, MeasuredState Measured) subject, PolicySet policies, Heard heard, DateTimeOffset now)
    {
        var decision = policies.Decide(subject.Machine.Facts, subject.Measured, now);
        return new Appraisal(subject.Machine, subject.Attested, subject.Measured)
        {
            PolicyDigest = policies.Digest,
            Decision = decision,
            Denial = decision.IsAllowed ? null : Deny(decision, subject.Measured, heard, now),
        };
    }

    // VER-47. An answer that did not come could have been yes: that is no denial for good, and it is never an allow.
    private static DeniedException Deny(Decision decision, MeasuredState measured, Heard heard, DateTimeOffset now)
    {
        IReadOnlyList<Reason> reasons = [.. heard.Refused, .. decision.Reasons];
        var mayHold = heard.Silent.Count > 0 && decision.Outcomes.Any(outcome =>
            outcome is { Mode: PolicyMode.Enforce, Policy.Results: { } results }
            && outcome.Reasons.All(reason => reason.Code == ReasonCodes.PolicyResult)
            && results.CouldHold(measured, now, heard.Silent));
        return mayHold
            ? new DeniedException(ProblemCodes.VerifierUnavailable, reasons, $"no answer of {string.Join(", ", heard.Silent.Order(StringComparer.Ordinal))}: try again later")
            : new DeniedException(ProblemCodes.AttestationDenied, reasons, "no policy holds for this machine's state");
    }

    /// <summary>What asking verifiers brought besides their results.</summary>
    /// <param name="Silent">Who gave no answer.</param>
    /// <param name="Refused">Why answers do not count.</param>
    internal sealed record Heard(FrozenSet<string> Silent, IReadOnlyList<Reason> Refused)
    {
        public static Heard Nothing { get; } = new([], []);
    }
}
