using KeyBroker.Attestations;
using KeyBroker.Hosting;
using KeyBroker.Storage;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/attestations: the newest first, denied ones too, with the registers that were quoted.</summary>
internal sealed class AttestationListEndpoint(Database database, AttestationRecords attestations) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/attestations");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var page = Page.Of(HttpContext.Request);
        var found = database.Read(connection => attestations.Recent(connection, page.After, page.Limit + 1));
        return JsonAnswer.SendAsync(HttpContext, 200, page.Answer(found, AttestationJson.Of, record => record.Jti));
    }
}
