using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/policies/reload: does now what the watcher does soon.</summary>
internal sealed class PolicyReloadEndpoint(PolicyReload reload, TimeProvider time) : AdminEndpoint
{
    public override void Configure()
    {
        Post("/v1/admin/policies/reload");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        _ = (await RequestBody.ReadAsync(HttpContext)).Object();
        var set = await ReloadAsync(cancellationToken);
        await JsonAnswer.SendAsync(HttpContext, 200, new JsonObject
        {
            ["digest"] = set.Digest,
            ["policies"] = set.Policies.Length,
            ["baselines"] = set.Baselines.Length,
            ["warnings"] = PolicyJson.Of(set.WarningsAt(time.GetUtcNow())),
        });
    }

    private async Task<PolicySet> ReloadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reload.RunAsync(Subject("policies.reload"), cancellationToken);
        }
        catch (PolicyException invalid)
        {
            throw PolicyJson.Refusal(invalid);
        }
    }
}
