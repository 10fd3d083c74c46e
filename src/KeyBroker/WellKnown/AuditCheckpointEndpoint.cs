using FastEndpoints;
using KeyBroker.Attestation;
using KeyBroker.Audit;

namespace KeyBroker.WellKnown;

/// <summary>GET /v1/broker/audit/checkpoint: the newest checkpoint of the audit log, for whoever keeps it and asks again later.</summary>
internal sealed class AuditCheckpointEndpoint(CheckpointMaker maker) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("/v1/broker/audit/checkpoint");
        AllowAnonymous(); // Hashes, and how many records there are.
    }

    public override Task HandleAsync(CancellationToken ct) => PublicJson.SendAsync(
        HttpContext, (maker.Newest() ?? throw new DeniedException(ProblemCodes.NotFound, "there is no checkpoint yet")).ToJson(), isLasting: false);
}
