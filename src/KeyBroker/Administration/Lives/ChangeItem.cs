using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>A change of one key or secret: given its record, the new one.</summary>
/// <param name="Change">Runs in the transaction that writes its result; may throw DeniedException.</param>
/// <param name="Audit">Who and what.</param>
internal sealed record ChangeItem(ItemKind Kind, string Name, Func<VaultItem, VaultItem> Change, AuditSubject Audit)
    : IRequest<Outcome<ChangedItem>>, IAudited;
