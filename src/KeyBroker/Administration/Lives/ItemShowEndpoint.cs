using KeyBroker.Attestation;
using KeyBroker.Hosting;
using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/{keys|secrets}/{name}: one key or secret, also what is left of one that was destroyed; no value.</summary>
internal sealed class ItemShowEndpoint(KeyVault keys, SecretVault secrets, KeyUpkeep upkeep) : AdminEndpoint
{
    public override void Configure()
    {
        Get([.. ItemKind.All.Select(kind => $"/v1/admin/{kind.Collection}/{{name}}")]);
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var (kind, name) = ItemTarget.Of(HttpContext);
        var item = (kind == ItemKind.Key ? (VaultItem?)keys.Find(name) : secrets.Find(name))
            ?? throw new DeniedException(ProblemCodes.NotFound, $"there is no such {kind.Name}");
        HttpContext.Response.Headers.ETag = EntityTag.Of(item);
        return JsonAnswer.SendAsync(HttpContext, 200, ItemAnswer.DocumentOf(item, upkeep.LeftOf(item)));
    }
}
