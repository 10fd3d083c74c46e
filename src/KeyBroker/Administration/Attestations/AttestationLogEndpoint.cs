using KeyBroker.Attestation;
using KeyBroker.Attestations;
using KeyBroker.Hosting;
using KeyBroker.Storage;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/attestations/{id}/event-log: the log as it came, while it is kept.</summary>
internal sealed class AttestationLogEndpoint(Database database, AttestationRecords attestations, EventLogRecords logs) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/attestations/{id}/event-log");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var id = RequestTarget.Segment(HttpContext, 3);
        var log = database.Read(connection => attestations.Find(connection, id) is { EventLogDigest: { } digest } record
                ? logs.Find(connection, record.Machine, digest)
                : null)
            ?? throw new DeniedException(ProblemCodes.NotFound, "no such attestation, or none whose log is kept");
        HttpContext.Response.ContentType = "application/octet-stream";
        HttpContext.Response.ContentLength = log.Length;
        await HttpContext.Response.Body.WriteAsync(log, cancellationToken);
    }
}
