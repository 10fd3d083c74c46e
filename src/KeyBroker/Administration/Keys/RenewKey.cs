using KeyBroker.Idempotency;
using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>An administrator, or the broker itself, makes a key's next version.</summary>
/// <param name="Reason">Why the broker does it; null where somebody asked.</param>
internal sealed record RenewKey(string Name, Rotation Wanted, string? Reason, AuditSubject Audit)
    : IRequest<Outcome<ChangedKey>>, IAudited
{
    /// <summary>Keeps the first answer, where it is to be made once.</summary>
    public Once? Once { get; init; }
}
