using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Audit;
using KeyBroker.Hosting;

namespace KeyBroker.WellKnown;

/// <summary>GET /v1/broker/audit/consistency: that the log of one checkpoint is the beginning of that of another.</summary>
internal sealed class AuditConsistencyEndpoint(CheckpointStore checkpoints, AuditTree tree) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("/v1/broker/audit/consistency");
        AllowAnonymous(); // Hashes.
    }

    public override Task HandleAsync(CancellationToken ct)
    {
        var newest = checkpoints.Newest()?.Size ?? 0;
        var from = QueryNumber.Find(HttpContext.Request, "from") ?? throw DeniedException.Malformed("a size is expected", "from");
        var to = QueryNumber.Find(HttpContext.Request, "to") ?? newest;
        if (from > to || to > newest)
        {
            throw DeniedException.Malformed($"from is at most to, and to at most {newest}", "to");
        }

        return PublicJson.SendAsync(HttpContext, new JsonObject
        {
            ["from"] = from,
            ["to"] = to,
            ["proof"] = new JsonArray([.. tree.Consistency(from, to).Select(hash => JsonValue.Create(Base64Url.Encode(hash)))]),
        }, isLasting: HttpContext.Request.Query.ContainsKey("to"));
    }
}
