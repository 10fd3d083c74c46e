using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Attestations;

/// <summary>Appraises what remote verifiers say of a caller; where a policy holds, a token comes of it.</summary>
internal sealed record AttestByResult(Passport Passport, string RequestId) : IRequest<Outcome<IssuedToken>>, IAudited
{
    public AuditSubject Audit => new("machine.attest") { RequestId = RequestId };
}
