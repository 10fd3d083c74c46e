using KeyBroker.Attestation;
using KeyBroker.Audit;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/audit/checkpoints: a checkpoint now, where there is something new; it changes nothing, so it is no record itself.</summary>
internal sealed class MakeAuditCheckpointEndpoint(CheckpointMaker maker) : AdminEndpoint
{
    public override void Configure()
    {
        Post("/v1/admin/audit/checkpoints");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        _ = (await RequestBody.ReadAsync(HttpContext)).Object();
        var made = await maker.MakeAsync(cancellationToken)
            ?? throw new DeniedException(ProblemCodes.NotFound, "there is no record yet");
        await JsonAnswer.SendAsync(HttpContext, 200, made.ToJson());
    }
}
