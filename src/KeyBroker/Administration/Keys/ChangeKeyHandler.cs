using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>Reads, changes and writes a key in the one transaction that also records it.</summary>
internal sealed class ChangeKeyHandler(KeyVault vault) : IRequestHandler<ChangeKey, Outcome<ChangedKey>>
{
    public Task<Outcome<ChangedKey>> Handle(ChangeKey message, CancellationToken cancellationToken)
    {
        var changed = new ChangedKey();
        return Task.FromResult(new Outcome<ChangedKey>(
            changed, transaction => changed.Key = vault.Change(transaction, message.Name, message.Change)));
    }
}
