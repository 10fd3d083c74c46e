using KeyBroker.Attestation;
using KeyBroker.Configuration;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using MediatR;

namespace KeyBroker.Introspections;

/// <summary>Asks of a token what the gate would, but for the proof that only its holder has.</summary>
internal sealed class IntrospectTokenHandler(
    TokenVerifier tokens, GateRecords records, PoliciesInForce policies, BrokerSettings settings, TimeProvider time)
    : IRequestHandler<IntrospectToken, Outcome<Introspection>>
{
    public Task<Outcome<Introspection>> Handle(IntrospectToken message, CancellationToken cancellationToken) =>
        Task.FromResult(Inspect(message.Token));

    private Outcome<Introspection> Inspect(string token)
    {
        string? jti = null;
        try
        {
            var claims = tokens.Verify(token);
            jti = claims.Jti;
            var (machine, attestation) = records.Find(claims.Machine, claims.Jti);
            var standing = StandingToken.Check(machine, attestation, claims.CnfThumbprint, time.GetUtcNow());
            var set = policies.Current;
            var decision = standing.Decide(set, time.GetUtcNow());
            return new Outcome<Introspection>(Introspection.Active(settings.Issuer, standing, decision))
            {
                Jti = jti,
                Machine = standing.Machine.Id,
                PolicyDigest = set.Digest,
            };
        }
        catch (DeniedException denied)
        {
            // The audit learns why; who asked does not.
            return new Outcome<Introspection>(Introspection.Inactive) { Jti = jti, Reasons = [denied.Code] };
        }
    }
}
