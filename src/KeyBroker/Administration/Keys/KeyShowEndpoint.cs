using KeyBroker.Attestation;
using KeyBroker.Hosting;
using KeyBroker.Keys;
using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/keys/{name}: one key, also what is left of one that was destroyed.</summary>
internal sealed class KeyShowEndpoint(KeyVault vault, KeyUpkeep upkeep) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/keys/{name}");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var key = vault.Find(RequestTarget.Name(HttpContext, index: 3))
            ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such key");
        HttpContext.Response.Headers.ETag = EntityTag.Of(key);
        return JsonAnswer.SendAsync(HttpContext, 200, KeyDocument.Of(key, upkeep.LeftOf(key)));
    }
}
