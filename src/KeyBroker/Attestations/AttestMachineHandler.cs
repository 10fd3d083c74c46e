using KeyBroker.Attestation.Nonces;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Enrollments;
using KeyBroker.Gate;
using KeyBroker.Pipeline;
using KeyBroker.Verifiers;
using MediatR;

namespace KeyBroker.Attestations;

/// <summary>Section 4 read aloud: each line needs the proof made by the line above.</summary>
internal sealed class AttestMachineHandler(
    AttestedMachines machines, NonceAuthority nonces, ProofLedger ledger, RemoteVerifiers verifiers, Appraiser appraiser, TokenMint mint)
    : IRequestHandler<AttestMachine, Outcome<IssuedToken>>
{
    private (Machine Machine, AuthenticQuote Quote) Identify(Attestation.Evidence.Evidence evidence)
    {
        var machine = machines.FindActive(evidence.Machine);
        return (machine, AuthenticQuote.Check(evidence, machines.KeyOf(machine)));
    }

    public async Task<Outcome<IssuedToken>> Handle(AttestMachine message, CancellationToken cancellationToken)
    {
        var evidence = message.Evidence;
        var passports = Nobody.Yet(() => evidence.Results.Select(result => ResultToken.Parse(result, "results")).ToList());
        var (machine, authentic) = Nobody.Yet(() => Identify(evidence));
        var nonce = await nonces.RedeemAsync(evidence.Runtime.Nonce, ledger, cancellationToken);
        var quote = VerifiedQuote.Check(authentic, nonce);
        BootOrder.Check(quote.Boot, machine.Boot);

        var brought = await verifiers.CheckAsync(passports, evidence.Runtime, cancellationToken);
        var appraisal = await appraiser.OfAsync(machine, quote, [.. brought.Select(one => one.Result)], cancellationToken);
        var observed = Observation.Of(appraisal.Decision);
        if (appraisal.Denial is { } denial)
        {
            // The boot is accepted all the same: the tokens of the one before end here.
            var record = mint.Denied(appraisal, denial);
            await machines.KeepAsync(machine, record, evidence.EventLog);
            throw new ObservedDenial(denial)
            {
                Observed = observed,
                Extensions = new Dictionary<string, object> { [AuditEvents.Evidence] = record.Jti },
            };
        }

        var minted = mint.Make(appraisal);
        return new Outcome<IssuedToken>(minted.Token, machines.Prepare(machine, minted.Record, evidence.EventLog))
        {
            Jti = minted.Record.Jti,
            PolicyDigest = appraisal.PolicyDigest,
            Observed = observed,
        };
    }
}
