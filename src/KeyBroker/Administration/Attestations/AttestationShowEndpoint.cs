using KeyBroker.Attestation;
using KeyBroker.Attestations;
using KeyBroker.Hosting;
using KeyBroker.Storage;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/attestations/{id}: one, with what its log proves.</summary>
internal sealed class AttestationShowEndpoint(Database database, AttestationRecords attestations) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/attestations/{id}");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var id = RequestTarget.Segment(HttpContext, 3);
        var record = database.Read(connection => attestations.Find(connection, id))
            ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such attestation");
        return JsonAnswer.SendAsync(HttpContext, 200, AttestationJson.Whole(record));
    }
}
