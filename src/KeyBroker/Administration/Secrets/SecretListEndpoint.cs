using KeyBroker.Hosting;
using KeyBroker.Secrets;
using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/secrets: all secrets, their states and versions; no value.</summary>
internal sealed class SecretListEndpoint(SecretVault vault) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/secrets");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var page = Page.Of(HttpContext.Request);
        var secrets = vault.List(page.After, page.Limit + 1);
        return JsonAnswer.SendAsync(HttpContext, 200, page.Answer(
            secrets, secret => ListedJson.Of(secret, "name", shown => SecretDocument.Of(shown)), secret => secret.Name));
    }
}
