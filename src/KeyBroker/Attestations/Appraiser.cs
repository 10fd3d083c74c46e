using System.Collections.Immutable;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Attestation.Results;
using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using KeyBroker.Verifiers;

namespace KeyBroker.Attestations;

/// <summary>Appraises a verified quote; where that can matter, remote verifiers are asked first.</summary>
internal sealed class Appraiser(RemoteVerifiers verifiers, PoliciesInForce policies, TimeProvider time)
{
    /// <param name="machine">Whose quote it is.</param>
    /// <param name="quote">Verified by us: nobody else sees what a stranger wrote.</param>
    /// <param name="brought">What verifiers said whose results came with it.</param>
    /// <param name="cancellation">The end of the operation.</param>
    public async Task<Appraisal> OfAsync(
        Machine machine, VerifiedQuote quote, IReadOnlyList<AttestationResult> brought, CancellationToken cancellation)
    {
        MeasuredState measured;
        try
        {
            measured = quote.MeasureBoot().With(brought);
        }
        catch (DeniedException refused)
        {
            return new Appraisal(machine, Attested.By(quote), quote.Measured) { PolicyDigest = policies.Current.Digest, Denial = refused };
        }

        var wanted = Wanted(machine, measured);
        var answers = wanted.IsEmpty
            ? BackgroundAnswers.None
            : await verifiers.AskAsync(wanted, EvidenceDocument.Of(quote.Evidence, machine.AkPublic!), cancellation);
        return Appraisal.Of(
            (machine, Attested.By(quote), measured.With(answers.Results)), policies.Current, new Appraisal.Heard(answers.Silent, answers.Refused), time.GetUtcNow());
    }

    /// <summary>VER-40. The verifiers on whose word alone it hangs that a policy about this machine holds.</summary>
    private ImmutableArray<string> Wanted(Machine machine, MeasuredState measured)
    {
        var outcomes = policies.Current.Decide(machine.Facts, measured, time.GetUtcNow()).Outcomes;
        return
        [
            .. outcomes
                .Where(outcome => !outcome.Holds && outcome.Reasons.All(reason => reason.Code == ReasonCodes.PolicyResult))
                .SelectMany(outcome => outcome.Policy.Results!.Of)
                .Select(one => one.Verifier)
                .Where(verifiers.IsAsked)
                .Distinct(StringComparer.Ordinal),
        ];
    }
}
