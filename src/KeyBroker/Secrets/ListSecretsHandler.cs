using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Gate;
using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Secrets;

internal sealed class ListSecretsHandler(SecretVault vault) : IRequestHandler<ListSecrets, Outcome<JsonObject>>
{
    public Task<Outcome<JsonObject>> Handle(ListSecrets request, CancellationToken cancellationToken)
    {
        var page = request.Page;
        var secrets = Visible.To(
            request.Caller, ResourceKind.Secret, page.After, page.Limit + 1, vault.List);
        return Task.FromResult(new Outcome<JsonObject>(page.Answer(secrets, secret => SecretDocument.Of(secret), secret => secret.Name)));
    }
}
