using KeyBroker.Enrollments;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>An administrator's change of one machine: given its row or none, the new row.</summary>
/// <param name="Id">The machine.</param>
/// <param name="Change">Runs in the transaction that writes its result; may throw DeniedException.</param>
/// <param name="Audit">Who and what.</param>
internal sealed record ChangeMachine(string Id, Func<Machine?, Machine> Change, AuditSubject Audit)
    : IRequest<Outcome<Activation>>, IAudited;
