using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/policies/files: the files of the set in force, as they were read.</summary>
internal sealed class PolicyFilesEndpoint(PoliciesInForce policies) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/policies/files");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var set = policies.Current;
        return JsonAnswer.SendAsync(HttpContext, 200, new JsonObject
        {
            ["digest"] = set.Digest,
            ["files"] = new JsonObject(set.Files.Select(file =>
                KeyValuePair.Create(file.Name, (JsonNode?)Encoding.UTF8.GetString(file.Content.Span)))),
        });
    }
}
