using KeyBroker.Clients;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Appraisals;

/// <summary>Appraises evidence of an enrolled machine for a relying party; nothing but a result comes of it.</summary>
internal sealed record AppraiseEvidence(AuthenticatedClient Client, Attestation.Evidence.Evidence Evidence, string RequestId)
    : IRequest<Outcome<AppraisalResult>>, IAudited
{
    public const string Operation = "machine.appraise";

    public AuditSubject Audit => new(Operation) { Machine = Evidence.Machine, Peer = Client.Name, RequestId = RequestId };
}
