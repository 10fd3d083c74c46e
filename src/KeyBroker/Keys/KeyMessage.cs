using KeyBroker.Gate;
using KeyBroker.Idempotency;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Keys;

/// <summary>A message about one key. It cannot be made without what let it in, that names the key and the verb.</summary>
internal abstract record KeyMessage(Admission Admission) : IRequest<Outcome<KeyResult>>, IAudited, IAdmitted
{
    /// <summary>Set where the request is to happen once, however often it is sent.</summary>
    public Once? Once { get; init; }

    /// <summary>LIF-21. When the use was begun for the first time, by the monotonic clock; null where this is the first.</summary>
    public long? Begun { get; init; }

    /// <summary>LIF-21. It is not begun anew any more.</summary>
    public bool IsLast { get; init; }

    public AuditSubject Audit => Admission.Audit($"key.{Admission.Verb}");
}
