using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/policies: the set in force.</summary>
internal sealed class PolicyListEndpoint(PoliciesInForce policies, TimeProvider time) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/policies");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var page = Page.Of(HttpContext.Request);
        var set = policies.Current;
        var found = set.Policies
            .Where(policy => string.CompareOrdinal(policy.Name, page.After) > 0).Take(page.Limit + 1).ToList();
        var answer = page.Answer(found, PolicyJson.Of, policy => policy.Name);
        answer["digest"] = set.Digest;
        answer["warnings"] = PolicyJson.Of(set.WarningsAt(time.GetUtcNow()));
        return JsonAnswer.SendAsync(HttpContext, 200, answer);
    }
}
