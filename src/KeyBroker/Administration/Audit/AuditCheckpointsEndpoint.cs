using System.Globalization;
using KeyBroker.Audit;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/audit/checkpoints: every checkpoint, in the order of the counter.</summary>
internal sealed class AuditCheckpointsEndpoint(CheckpointStore checkpoints, CheckpointMaker maker) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/audit/checkpoints");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var page = Page.Of(HttpContext.Request);
        var found = checkpoints.After(page.After.Length == 0 ? 0 : QueryNumber.Parse(page.After, "after"), page.Limit + 1);
        return JsonAnswer.SendAsync(
            HttpContext, 200, page.Answer(found, row => maker.Signed(row).ToJson(), row => row.Counter.ToString(CultureInfo.InvariantCulture)));
    }
}
