using KeyBroker.Attestation;
using KeyBroker.Attestation.Nonces;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;
using KeyBroker.Verifiers;
using MediatR;

namespace KeyBroker.Attestations;

/// <summary>VER-10, VER-31 read aloud: verified results, a fresh nonce, a caller that nobody revoked, the policies.</summary>
internal sealed class AttestByResultHandler(
    RemoteVerifiers verifiers, NonceAuthority nonces, ProofLedger ledger, VouchedCallers callers, PoliciesInForce policies, TokenMint mint,
    TimeProvider time)
    : IRequestHandler<AttestByResult, Outcome<IssuedToken>>
{
    public async Task<Outcome<IssuedToken>> Handle(AttestByResult message, CancellationToken cancellationToken)
    {
        var (runtime, results) = message.Passport;
        var verified = await Nobody.YetAsync(() => verifiers.CheckAsync(results, runtime, cancellationToken));

        // Whose result it is was said first; that every result is about this very nonce was checked of each.
        _ = await nonces.RedeemAsync(runtime.Nonce, ledger, cancellationToken);
        var caller = callers.Find(verified[0]);
        var attested = new Attested(runtime) { Submodule = verified[0].Result.Verifier };
        var measured = MeasuredState.None.With(verified.Select(one => one.Result));
        var appraisal = Appraisal.Of((caller, attested, measured), policies.Current, Appraisal.Heard.Nothing, time.GetUtcNow());
        var observed = Observation.Of(appraisal.Decision);
        if (appraisal.Denial is { } denial)
        {
            throw new ObservedDenial(denial) { Observed = observed, Machine = caller.Id };
        }

        var minted = mint.Make(appraisal);
        return new Outcome<IssuedToken>(minted.Token, callers.Prepare(caller, minted.Record))
        {
            Machine = caller.Id,
            Jti = minted.Record.Jti,
            PolicyDigest = appraisal.PolicyDigest,
            Observed = observed,
        };
    }
}
