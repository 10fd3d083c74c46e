using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Attestation;
using KeyBroker.Verifiers;

namespace KeyBroker.Hosting;

/// <summary>GET /readyz: TPM, store, audit and policies are usable, or which of them are not.</summary>
internal sealed class ReadyEndpoint(Readiness readiness, PoliciesInForce policies, AuditReadiness audit, RemoteVerifiers verifiers) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("/readyz");
        AllowAnonymous(); // Names parts, not what is in them.
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var faults = await readiness.FaultsAsync().WaitAsync(ct);
        if (faults is [var first, ..])
        {
            var parts = string.Join(", ", faults.Select(fault => fault.Path));
            throw new DeniedException(first.Code, faults, $"not usable: {parts}");
        }

        await JsonAnswer.SendAsync(HttpContext, 200, new JsonObject
        {
            ["status"] = "ready",
            ["tpm"] = "usable",
            ["store"] = "usable",
            ["audit"] = "usable",
            ["checkpoint"] = audit.IsCheckpointLate ? "late" : "current",
            ["space"] = audit.IsSpaceLow ? "low" : "enough",
            ["policies"] = policies.Current.Digest,
            ["verifiers"] = new JsonObject(verifiers.All.Select(verifier =>
                KeyValuePair.Create<string, JsonNode?>(verifier.Name, verifier.IsUsable ? "usable" : "unavailable"))),
        });
    }
}
