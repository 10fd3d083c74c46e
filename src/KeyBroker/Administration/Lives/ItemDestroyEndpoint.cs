using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Configuration;
using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/{keys|secrets}/{name}/destroy: plans the end of a key or secret, or of one version; until then it can be cancelled.</summary>
internal sealed class ItemDestroyEndpoint(IMediator mediator, TimeProvider time) : ItemChangeEndpoint(mediator, "destroy")
{
    private const string InBackups =
        "in backups made before: the private parts, which only the TPM they were made in can open, as long as those backups are kept";

    protected override ItemChange Read(RequestBody body)
    {
        var members = body.Object("after", "version");
        var version = members.OptionalInt32("version");
        var planned = new PlannedDestruction(Guid.NewGuid().ToString("N"), time.GetUtcNow(), After(members.OptionalText("after")));
        return new(item => ItemDestruction.Plan(item, version, planned), version);
    }

    protected override void AddTo(JsonObject document, ItemKind kind) => document["remains"] = new JsonArray(
        kind == ItemKind.Key ? "the public parts, the creation data and a tombstone, for ever" : "a tombstone, for ever",
        InBackups);

    private static TimeSpan After(string? text)
    {
        if (text is null)
        {
            return ItemDestruction.Usual;
        }

        return Durations.TryParse(text) is { } after && after >= ItemDestruction.Shortest && after <= ItemDestruction.Longest
            ? after
            : throw DeniedException.Malformed(
                $"{Durations.Text(ItemDestruction.Shortest)} to {Durations.Text(ItemDestruction.Longest)} are expected", "after");
    }
}
