using KeyBroker.Attestation;
using KeyBroker.Attestation.Nonces;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Attestations;

/// <summary>Section 4 read aloud: each line needs the proof made by the line above.</summary>
internal sealed class AttestMachineHandler(
    AttestedMachines machines, NonceAuthority nonces, ProofLedger ledger, PoliciesInForce policies, TokenMint mint, TimeProvider time)
    : IRequestHandler<AttestMachine, Outcome<IssuedToken>>
{
    public async Task<Outcome<IssuedToken>> Handle(AttestMachine message, CancellationToken cancellationToken)
    {
        var evidence = message.Evidence;
        var machine = machines.FindActive(evidence.Machine);
        var authentic = AuthenticQuote.Check(evidence, machines.KeyOf(machine));
        var nonce = await nonces.RedeemAsync(evidence.Runtime.Nonce, ledger, cancellationToken);
        var quote = VerifiedQuote.Check(authentic, nonce);
        BootOrder.Check(quote.Boot, machine.Boot);

        var inForce = policies.Current;
        var decision = inForce.Decide(machine.Facts, quote.Measured, time.GetUtcNow());
        if (!decision.IsAllowed)
        {
            // The boot is accepted all the same: the tokens of the one before end here.
            await machines.AcceptBootAsync(machine, quote.Boot);
            throw new DeniedException(ProblemCodes.AttestationDenied, decision.Reasons, "no policy holds for this machine's state");
        }

        var minted = mint.Make(machine, quote, decision, inForce.Digest);
        return new Outcome<IssuedToken>(minted.Token, transaction =>
        {
            machines.AcceptBoot(transaction, machine, quote.Boot);
            machines.Insert(transaction, minted.Record);
        })
        {
            Jti = minted.Record.Jti,
            PolicyDigest = inForce.Digest,
        };
    }
}
