using KeyBroker.Idempotency;
using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>An administrator makes a key, for others to use.</summary>
internal sealed record MakeKey(KeySpec Spec, AuditSubject Audit) : IRequest<Outcome<ChangedKey>>, IAudited
{
    /// <summary>Keeps the first answer, where it is to be made once.</summary>
    public Once? Once { get; init; }
}
