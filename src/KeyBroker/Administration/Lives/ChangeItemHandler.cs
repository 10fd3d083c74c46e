using KeyBroker.Pipeline;
using KeyBroker.Storage;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>Reads, changes and writes a key or a secret in the one transaction that also records it.</summary>
internal sealed class ChangeItemHandler(KeyVault keys, SecretVault secrets) : IRequestHandler<ChangeItem, Outcome<ChangedItem>>
{
    public Task<Outcome<ChangedItem>> Handle(ChangeItem message, CancellationToken cancellationToken)
    {
        var changed = new ChangedItem();
        return Task.FromResult(new Outcome<ChangedItem>(changed, transaction => changed.Set(Change(transaction, message))));
    }

    private VaultItem Change(WriteTransaction transaction, ChangeItem message) => message.Kind == ItemKind.Key
        ? keys.Change(transaction, message.Name, key => (KeyRecord)message.Change(key))
        : secrets.Change(transaction, message.Name, secret => (SecretRecord)message.Change(secret));
}
