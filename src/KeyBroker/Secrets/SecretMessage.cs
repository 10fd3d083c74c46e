using KeyBroker.Gate;
using KeyBroker.Idempotency;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Secrets;

/// <summary>A message about one secret. It cannot be made without the approval that names the secret and the verb.</summary>
internal abstract record SecretMessage(Approval Approval) : IRequest<Outcome<SecretResult>>, IAudited
{
    /// <summary>Set where the request is to happen once, however often it is sent.</summary>
    public Once? Once { get; init; }

    public AuditSubject Audit => Approval.Audit($"secret.{Approval.Verb}");
}
