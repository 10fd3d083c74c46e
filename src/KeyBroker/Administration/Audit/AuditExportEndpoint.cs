using System.Buffers;
using KeyBroker.Audit;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/audit/export: records and checkpoints, one a line, as they are read.</summary>
internal sealed class AuditExportEndpoint(AuditExporter exporter) : AdminEndpoint
{
    private const int FlushAfter = 64 * 1024;

    public override void Configure()
    {
        Get("/v1/admin/audit/export");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var lines = exporter.Lines(QueryNumber.Find(HttpContext.Request, "after") ?? 0);
        HttpContext.Response.ContentType = "application/jsonl";
        await HttpContext.Response.StartAsync(cancellationToken);
        var (writer, waiting) = (HttpContext.Response.BodyWriter, 0);
        foreach (var line in lines)
        {
            writer.Write(line);
            waiting += line.Length;
            if (waiting > FlushAfter)
            {
                await writer.FlushAsync(cancellationToken);
                waiting = 0;
            }
        }

        await writer.FlushAsync(cancellationToken);
    }
}
