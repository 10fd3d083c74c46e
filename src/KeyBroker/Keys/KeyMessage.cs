using KeyBroker.Gate;
using KeyBroker.Idempotency;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Keys;

/// <summary>A message about one key. It cannot be made without the approval that names the key and the verb.</summary>
internal abstract record KeyMessage(Approval Approval) : IRequest<Outcome<KeyResult>>, IAudited
{
    /// <summary>Set where the request is to happen once, however often it is sent.</summary>
    public Once? Once { get; init; }

    public AuditSubject Audit => Approval.Audit($"key.{Approval.Verb}");
}
