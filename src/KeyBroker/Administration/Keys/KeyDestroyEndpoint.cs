using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Configuration;
using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys/{name}/destroy: plans the end of a key, or of one version; until then it can be cancelled.</summary>
internal sealed class KeyDestroyEndpoint(IMediator mediator, TimeProvider time) : KeyChangeEndpoint(mediator, "destroy")
{
    private static readonly string[] s_remains =
    [
        "the public parts, the creation data and a tombstone, for ever",
        "in backups made before: the private parts, which only the TPM they were made in can open, as long as those backups are kept",
    ];

    protected override KeyChange Read(RequestBody body)
    {
        var members = body.Object("after", "version");
        var version = members.OptionalInt32("version");
        var planned = new PlannedDestruction(Guid.NewGuid().ToString("N"), time.GetUtcNow(), After(members.OptionalText("after")));
        return new(key => KeyDestruction.Plan(key, version, planned), version);
    }

    protected override void AddTo(JsonObject document) =>
        document["remains"] = new JsonArray([.. s_remains.Select(line => JsonValue.Create(line))]);

    private static TimeSpan After(string? text)
    {
        if (text is null)
        {
            return KeyDestruction.Usual;
        }

        return Durations.TryParse(text) is { } after && after >= KeyDestruction.Shortest && after <= KeyDestruction.Longest
            ? after
            : throw DeniedException.Malformed(
                $"{Durations.Text(KeyDestruction.Shortest)} to {Durations.Text(KeyDestruction.Longest)} are expected", "after");
    }
}
