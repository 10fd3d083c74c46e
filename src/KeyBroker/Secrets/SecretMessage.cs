using KeyBroker.Gate;
using KeyBroker.Idempotency;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Secrets;

/// <summary>A message about one secret. It cannot be made without what let it in, that names the secret and the verb.</summary>
internal abstract record SecretMessage(Admission Admission) : IRequest<Outcome<SecretResult>>, IAudited, IAdmitted
{
    /// <summary>Set where the request is to happen once, however often it is sent.</summary>
    public Once? Once { get; init; }

    public AuditSubject Audit => Admission.Audit($"secret.{Admission.Verb}");
}
