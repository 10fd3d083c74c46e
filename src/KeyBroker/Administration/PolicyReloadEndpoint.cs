using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Audit;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/policies/reload: does now what the watcher does soon.</summary>
internal sealed class PolicyReloadEndpoint(PoliciesInForce policies, AuditLog audit) : AdminEndpoint
{
    public override void Configure()
    {
        Post("/v1/admin/policies/reload");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        _ = (await RequestBody.ReadAsync(HttpContext)).Object();
        var set = Reload();
        var subject = Subject("policies.reload") with { PolicyDigest = set.Digest };
        await audit.AppendAsync(AuditEvents.Done(subject), CancellationToken.None);
        await JsonAnswer.SendAsync(HttpContext, 200, new JsonObject
        {
            ["digest"] = set.Digest,
            ["policies"] = set.Policies.Length,
            ["baselines"] = set.Baselines.Length,
            ["warnings"] = PolicyJson.Of(set.Warnings),
        });
    }

    private PolicySet Reload()
    {
        try
        {
            return policies.Reload();
        }
        catch (PolicyException invalid)
        {
            throw PolicyJson.Refusal(invalid);
        }
    }
}
