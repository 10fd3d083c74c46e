using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Enrollments;

namespace KeyBroker.Attestations;

/// <summary>What a verified quote comes to: which policies hold, or why none does.</summary>
internal sealed record Appraisal(Machine Machine, VerifiedQuote Quote, MeasuredState Measured)
{
    public required string PolicyDigest { get; init; }

    /// <summary>Null where the log was refused before any policy was asked.</summary>
    public Decision? Decision { get; init; }

    /// <summary>attestation-denied, or null where a policy holds.</summary>
    public DeniedException? Denial { get; init; }

    public static Appraisal Of(Machine machine, VerifiedQuote quote, PolicySet policies, DateTimeOffset now)
    {
        MeasuredState measured;
        try
        {
            measured = quote.MeasureBoot();
        }
        catch (DeniedException refused)
        {
            return new Appraisal(machine, quote, quote.Measured) { PolicyDigest = policies.Digest, Denial = refused };
        }

        var decision = policies.Decide(machine.Facts, measured, now);
        return new Appraisal(machine, quote, measured)
        {
            PolicyDigest = policies.Digest,
            Decision = decision,
            Denial = decision.IsAllowed
                ? null
                : new DeniedException(ProblemCodes.AttestationDenied, decision.Reasons, "no policy holds for this machine's state"),
        };
    }
}
