using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Attestations;
using KeyBroker.Configuration;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using MediatR;

namespace KeyBroker.Appraisals;

/// <summary>The checks of an attestation in their order, but for the nonce, which is the relying party's; nothing is kept.</summary>
internal sealed class AppraiseEvidenceHandler(
    AttestedMachines machines, Appraiser appraiser, AppraisalSigner signer, BrokerSettings settings, TimeProvider time)
    : IRequestHandler<AppraiseEvidence, Outcome<AppraisalResult>>
{
    public async Task<Outcome<AppraisalResult>> Handle(AppraiseEvidence message, CancellationToken cancellationToken)
    {
        var evidence = message.Evidence;
        var machine = machines.FindActive(evidence.Machine);
        var authentic = AuthenticQuote.Check(evidence, machines.KeyOf(machine));
        var quote = VerifiedQuote.DangerousCheckUnderForeignNonce(authentic);

        // APP-4. Looked at and not moved on: a relying party ends no token of the machine.
        BootOrder.Check(quote.Boot, machine.Boot);
        var appraisal = await appraiser.OfAsync(machine, quote, [], cancellationToken);
        if (appraisal.Denial is { Code: ProblemCodes.VerifierUnavailable } silence)
        {
            throw silence; // VER-47
        }

        var decision = appraisal.Decision ?? throw appraisal.Denial!;
        var content = Content(message.Client.Id, appraisal, decision);
        return new Outcome<AppraisalResult>(new AppraisalResult(signer.Sign(content), content.Lifetime))
        {
            Jti = content.Jti,
            PolicyDigest = appraisal.PolicyDigest,
            Reasons = appraisal.Denial is null ? null : [.. decision.Reasons.Select(reason => reason.Code).Distinct(StringComparer.Ordinal)],
        };
    }

    private AppraisalContent Content(string client, Appraisal appraisal, Decision decision)
    {
        var attested = appraisal.Attested;
        return new AppraisalContent(client, appraisal.Machine.Id, attested.Runtime.Nonce, decision)
        {
            Vector = TrustVector.Of(appraisal.Machine.IsGenuine, decision),
            Boot = attested.Boot,
            PcrDigest = attested.PcrDigest!,
            CnfThumbprint = attested.Runtime.Cnf.Thumbprint,
            EncThumbprint = attested.Runtime.Enc?.Thumbprint,
            IssuedAt = time.GetUtcNow(),
            Lifetime = decision.TokenLifetime is { } shortest && shortest < settings.TokenLifetime ? shortest : settings.TokenLifetime,
        };
    }
}
