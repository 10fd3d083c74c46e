using System.Text.Json.Nodes;
using KeyBroker.Attestations;
using KeyBroker.Hosting;
using KeyBroker.Storage;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/attestations: the newest first, with their measurements.</summary>
internal sealed class AttestationListEndpoint(Database database, AttestationRecords attestations) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/attestations");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var page = Page.Of(HttpContext.Request);
        var found = database.Read(connection => attestations.Recent(connection, page.After, page.Limit + 1));
        return JsonAnswer.SendAsync(HttpContext, 200, page.Answer(found, Of, record => record.Jti));
    }

    private static JsonObject Of(AttestationRecord record) => new()
    {
        ["jti"] = record.Jti,
        ["machine"] = record.Machine,
        ["policies"] = new JsonArray([.. record.Policies.Select(policy => JsonValue.Create(policy))]),
        ["policyDigest"] = record.PolicyDigest,
        ["boot"] = new JsonObject { ["resetCount"] = record.Boot.ResetCount, ["restartCount"] = record.Boot.RestartCount },
        ["measurements"] = JsonNode.Parse(record.Measured.ToJson()),
        ["issuedAt"] = Timestamp.Of(record.IssuedAt),
        ["expiresAt"] = Timestamp.Of(record.ExpiresAt),
    };
}
