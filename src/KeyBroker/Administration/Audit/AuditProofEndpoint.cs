using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Audit;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/audit/{seq}/proof: that a record is in the log of a checkpoint, for somebody who holds a receipt with its number.</summary>
internal sealed class AuditProofEndpoint(AuditExporter exporter, CheckpointStore checkpoints, CheckpointMaker maker, AuditTree tree) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/audit/{seq}/proof");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var sequence = QueryNumber.Parse(Route<string>("seq")!, "seq");
        var size = QueryNumber.Find(HttpContext.Request, "size");
        var row = (size is { } wanted ? checkpoints.OfSize(wanted) : checkpoints.Newest())
            ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such checkpoint");
        if (sequence < 1 || sequence > row.Size)
        {
            throw new DeniedException(ProblemCodes.NotFound, "no checkpoint is over this record yet");
        }

        return JsonAnswer.SendAsync(HttpContext, 200, new JsonObject
        {
            ["entry"] = exporter.Entry(sequence),
            ["proof"] = new JsonArray([.. tree.Inclusion(sequence, row.Size).Select(hash => JsonValue.Create(Base64Url.Encode(hash)))]),
            ["checkpoint"] = maker.Signed(row).ToJson(),
        });
    }
}
