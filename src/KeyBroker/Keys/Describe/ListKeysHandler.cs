using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Gate;
using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Keys;

internal sealed class ListKeysHandler(KeyVault vault) : IRequestHandler<ListKeys, Outcome<JsonObject>>
{
    public Task<Outcome<JsonObject>> Handle(ListKeys request, CancellationToken cancellationToken)
    {
        var page = request.Page;
        var keys = Visible.To(
            request.Caller, ResourceKind.Key, page.After, page.Limit + 1, vault.List);
        return Task.FromResult(new Outcome<JsonObject>(page.Answer(keys, key => KeyDocument.Of(key), key => key.Name)));
    }
}
