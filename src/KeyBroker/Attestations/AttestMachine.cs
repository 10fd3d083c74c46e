using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Attestations;

/// <summary>Appraises evidence; where a policy holds, a token comes of it.</summary>
internal sealed record AttestMachine(Attestation.Evidence.Evidence Evidence, string RequestId) : IRequest<Outcome<IssuedToken>>, IAudited
{
    public AuditSubject Audit => new("machine.attest") { Machine = Evidence.Machine, RequestId = RequestId };
}
