using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Audit;
using KeyBroker.Configuration;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using KeyBroker.Telemetry;

namespace KeyBroker.Gate;

/// <summary>The one way to keys and secrets: token, proof, machine and the policies now in force become an approval.</summary>
internal sealed class AccessGate(
    TokenVerifier tokens, ProofKeys keys, ProofLedger ledger, GateRecords records, PoliciesInForce policies, AuditLog audit,
    GrantFacts facts, BrokerSettings settings, TimeProvider time)
{
    /// <summary>One operation on one named resource.</summary>
    /// <param name="read">Makes the message out of the admission and the body; its refusal is recorded like the gate's own.</param>
    /// <exception cref="DeniedException">Any answer of the table in contract section 5.</exception>
    public Task<TMessage> AdmitAsync<TMessage>(
        HttpContext context, (string Verb, ResourceKind Kind, string Name) wanted, Func<Admission, RequestBody, TMessage> read)
    {
        var (verb, kind, name) = wanted;
        var subject = new AuditSubject(OperationOf(kind, verb)) { Resource = Admission.PathOf(kind, name) };
        return RecordRefusalAsync(
            context, subject, (token, body) => read(Admission.Of(Decide(token), wanted, facts), body));
    }

    /// <summary>A list: the caller sees of it what <see cref="Caller.May"/> says.</summary>
    /// <param name="read">Makes the message; its refusal is recorded like the gate's own.</param>
    /// <exception cref="DeniedException">Any answer of the table in contract section 5 that is not about a name.</exception>
    public Task<TMessage> AdmitListAsync<TMessage>(HttpContext context, ResourceKind kind, Func<Caller, TMessage> read) => RecordRefusalAsync(
        context, new AuditSubject(OperationOf(kind, "list")), (token, _) => read(Decide(token)));

    /// <summary>What is about no name: whoever some policy holds for may.</summary>
    /// <exception cref="DeniedException">As for a list; and what <paramref name="read"/> refuses.</exception>
    public Task<TMessage> AdmitCallerAsync<TMessage>(
        HttpContext context, string operation, Func<Caller, RequestBody, TMessage> read) => RecordRefusalAsync(
        context, new AuditSubject(operation) { Resource = operation }, (token, body) => read(Decide(token), body));

    private static string OperationOf(ResourceKind kind, string verb) => (kind == ResourceKind.Key ? "key." : "secret.") + verb;

    private Caller Decide(PossessedToken token) => Caller.Check(token, policies.Current, time.GetUtcNow());

    /// <summary>Who shows no token of ours is nobody, and nobody fills the audit log; everybody else's refusal is recorded.</summary>
    private async Task<T> RecordRefusalAsync<T>(HttpContext context, AuditSubject subject, Func<PossessedToken, RequestBody, T> decide)
    {
        var compact = AccessToken.Of(context.Request);
        var claims = tokens.Verify(compact);
        SpentProof? spent = null;
        try
        {
            var proof = CheckProof(context, compact, claims);
            spent = ledger.Spend(proof);
            var token = await CheckPossessionAsync(context, claims, (proof, spent));
            return decide(token, await RequestBody.ReadAsync(context));
        }
        catch (DeniedException denied)
        {
            var known = subject with
            {
                Machine = claims.Machine,
                Jti = claims.Jti,
                RequestId = context.TraceIdentifier,
                RequestDigest = context.Features.Get<RequestBody>()?.Digest,
                Spends = spent,
            };
            await audit.AppendAsync(AuditEvents.Denied(known, denied), CancellationToken.None);
            OperationInstruments.Refused(known.Operation, denied.Code);
            throw;
        }
    }

    private async Task<PossessedToken> CheckPossessionAsync(
        HttpContext context, TokenClaims claims, (DpopProof Proof, SpentProof Spent) shown)
    {
        var body = await RequestBody.ReadAsync(context);
        var (machine, attestation) = records.Find(claims.Machine, claims.Jti);
        return PossessedToken.Check(machine, attestation, shown, (body.Digest, context.TraceIdentifier, time.GetUtcNow()));
    }

    private DpopProof CheckProof(HttpContext context, string token, TokenClaims claims)
    {
        // Exactly one (RFC 9449, 4.3, point 1).
        if (context.Request.Headers["DPoP"] is not [{ Length: > 0 } compact])
        {
            throw DpopProof.Invalid("exactly one DPoP header is expected");
        }

        var target = settings.Issuer + RequestTarget.RawPath(context);
        return DpopProof.Check(compact, new ProofContext(context.Request.Method, target, token, time.GetUtcNow())
        {
            CnfThumbprint = claims.CnfThumbprint,
        }, keys);
    }
}
