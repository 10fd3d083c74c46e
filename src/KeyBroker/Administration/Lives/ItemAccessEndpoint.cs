using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Audit;
using KeyBroker.Hosting;
using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/{keys|secrets}/{name}/access: which policies grant anything on a name, to which machines, and its last use.</summary>
internal sealed class ItemAccessEndpoint(KeyVault keys, SecretVault secrets, PoliciesInForce policies, LastUses uses)
    : AdminEndpoint
{
    public override void Configure()
    {
        Get([.. ItemKind.All.Select(kind => $"/v1/admin/{kind.Collection}/{{name}}/access")]);
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var (kind, name) = ItemTarget.Of(HttpContext);
        _ = (kind == ItemKind.Key ? (VaultItem?)keys.Find(name) : secrets.Find(name))
            ?? throw new DeniedException(ProblemCodes.NotFound, $"there is no such {kind.Name}");
        var resource = kind == ItemKind.Key ? ResourceKind.Key : ResourceKind.Secret;
        var document = new JsonObject { ["policies"] = AccessJson.Of(policies.Current, resource, name) };
        if (uses.Find($"{kind.Collection}/{name}") is { } used)
        {
            document["lastUse"] = AccessJson.Of(used);
        }

        return JsonAnswer.SendAsync(HttpContext, 200, document);
    }
}
