using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>A change of one key: given its record, the new one.</summary>
/// <param name="Change">Runs in the transaction that writes its result; may throw DeniedException.</param>
/// <param name="Audit">Who and what.</param>
internal sealed record ChangeKey(string Name, Func<KeyRecord, KeyRecord> Change, AuditSubject Audit)
    : IRequest<Outcome<ChangedKey>>, IAudited;
