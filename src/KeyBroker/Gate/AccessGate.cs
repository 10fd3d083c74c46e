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
    TokenVerifier tokens, ProofLedger ledger, GateRecords records, PoliciesInForce policies, AuditLog audit,
    BrokerSettings settings, TimeProvider time)
{
    /// <summary>One operation on one named resource.</summary>
    /// <exception cref="DeniedException">Any answer of the table in contract section 5.</exception>
    public async Task<Approval> AdmitAsync(HttpContext context, string verb, ResourceKind kind, string name)
    {
        var token = await CheckPossessionAsync(context);
        try
        {
            return Approval.Grant(Decide(token), verb, kind, name);
        }
        catch (DeniedException denied)
        {
            var subject = token.Audit(OperationOf(kind, verb)) with { Resource = Approval.PathOf(kind, name) };
            await RecordAsync(subject, denied);
            throw;
        }
    }

    /// <summary>A list: the caller sees of it what <see cref="Caller.May"/> says.</summary>
    /// <exception cref="DeniedException">Any answer of the table in contract section 5 that is not about a name.</exception>
    public async Task<Caller> AdmitListAsync(HttpContext context, ResourceKind kind)
    {
        var token = await CheckPossessionAsync(context);
        try
        {
            return Decide(token);
        }
        catch (DeniedException denied)
        {
            await RecordAsync(token.Audit(OperationOf(kind, "list")), denied);
            throw;
        }
    }

    private async Task RecordAsync(AuditSubject subject, DeniedException denied)
    {
        await audit.AppendAsync(AuditEvents.Denied(subject, denied), CancellationToken.None);
        OperationInstruments.Refused(subject.Operation, denied.Code);
    }

    private static string OperationOf(ResourceKind kind, string verb) => (kind == ResourceKind.Key ? "key." : "secret.") + verb;

    private Caller Decide(PossessedToken token) => Caller.Check(token, policies.Current, time.GetUtcNow());

    private async Task<PossessedToken> CheckPossessionAsync(HttpContext context)
    {
        var compact = AccessToken.Of(context.Request);
        var claims = tokens.Verify(compact);
        var proof = CheckProof(context, compact);
        if (proof.Key.Thumbprint != claims.CnfThumbprint)
        {
            throw DpopProof.Invalid("the proof is by another key than the token's");
        }

        await ledger.SpendAsync(proof, context.RequestAborted);
        var body = await RequestBody.ReadAsync(context);
        var (machine, attestation) = records.Find(claims.Machine, claims.Jti);
        return PossessedToken.Check(machine, attestation, proof, (body.Digest, context.TraceIdentifier));
    }

    private DpopProof CheckProof(HttpContext context, string token)
    {
        // Exactly one (RFC 9449, 4.3, point 1).
        if (context.Request.Headers["DPoP"] is not [{ Length: > 0 } compact])
        {
            throw DpopProof.Invalid("exactly one DPoP header is expected");
        }

        var target = settings.Issuer + RequestTarget.RawPath(context);
        return DpopProof.Check(compact, new ProofContext(context.Request.Method, target, token, time.GetUtcNow()));
    }
}
