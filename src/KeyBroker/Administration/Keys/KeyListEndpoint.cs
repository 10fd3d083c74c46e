using KeyBroker.Hosting;
using KeyBroker.Keys;
using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/keys: all keys, their states and versions; nothing that uses them.</summary>
internal sealed class KeyListEndpoint(KeyVault vault) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/keys");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var page = Page.Of(HttpContext.Request);
        var keys = vault.List(page.After, page.Limit + 1);
        return JsonAnswer.SendAsync(HttpContext, 200, page.Answer(keys, key => ListedJson.Of(key, "name", shown => KeyDocument.Of(shown)), key => key.Name));
    }
}
