using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

internal sealed class MakeKeyHandler(KeyVault vault) : IRequestHandler<MakeKey, Outcome<ChangedKey>>
{
    public async Task<Outcome<ChangedKey>> Handle(MakeKey message, CancellationToken cancellationToken)
    {
        var prepared = await vault.PrepareAsync(message.Spec, cancellationToken);
        return new(new ChangedKey { Key = prepared.Value }, prepared.Commit)
        {
            Version = prepared.Value.PrimaryVersion,
            Abandon = prepared.Abandon,
            Recorded = (transaction, _) => message.Once?.Keep(transaction, ItemAnswer.Kept(prepared.Value)),
        };
    }
}
